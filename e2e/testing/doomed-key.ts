import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createKeyDigester, digestToBytes } from '@mintmark/core'
import { expectCall } from './client.ts'
import type { Installation } from './installation.ts'
import type { Canary } from './needles.ts'

/** A key that has been used, changed, rotated, limited and told of: it has left traces wherever a key can. */
export type DoomedKey = {
  readonly id: string
  readonly path: string
  /** Its newest secret. */
  readonly key: string
  /** Nothing of these may be left. */
  readonly canaries: readonly Canary[]
}

export type Doom = {
  readonly installation: Installation
  /** By which it is minted and changed. */
  readonly headers: Readonly<Record<string, string>>
  /** It renames this project. */
  readonly projectId: string
  readonly isOfProject: boolean
  /** Used until its window is full. */
  readonly isSpent?: true
  readonly isRevoked?: true
}

/** What such a key may ask in an hour. */
export const doomedLimit = 12
const shownLength = 'mk_live_'.length + 8
/** Addresses that nobody has (RFC 3849). */
const documentation = '2001:db8:'

export async function leaveTraces(doom: Doom): Promise<DoomedKey> {
  const { installation, headers, projectId } = doom
  const ask = async (status: number, method: string, path: string, body?: object) =>
    expectCall(status, installation.url, method, path, {
      key: installation.operatorKey,
      headers: { ...headers, 'idempotency-key': unique() },
      ...(body !== undefined && { body }),
    })
  const names = { name: unique(), renamed: unique(), note: unique() }
  const addresses = { allowed: randomAddress(), ofClient: randomAddress(), verified: randomAddress() }
  const agent = unique()
  const minted = await ask(201, 'POST', '/v1/api-keys', {
    name: names.name,
    ...(doom.isOfProject && { scope: 'project', projectId }),
    metadata: { note: names.note },
    ipAllowlist: ['127.0.0.0/8', `${documentation}:/32`, `${addresses.allowed}/128`],
    expiresAt: new Date(Date.now() + 5 * 86_400_000).toISOString(),
  })
  const path = `/v1/api-keys/${minted.id}`
  const own = { key: minted.key, headers: { 'x-forwarded-for': addresses.ofClient, 'user-agent': agent } }
  await expectCall(200, installation.url, 'GET', '/v1/me', own)
  const renaming = { ...own, body: { name: 'renamed' } }
  await expectCall(200, installation.url, 'PATCH', `/v1/projects/${projectId}`, renaming)
  await ask(200, 'PATCH', path, { name: names.renamed })
  const rotated = await ask(201, 'POST', `${path}/rotate`, { overlapSeconds: 3_600 })
  await verifyUntilSpent(doom, rotated.key, addresses.verified)
  const comment = unique()
  if (doom.isRevoked === true) await ask(200, 'POST', `${path}/revoke`, { reason: 'leaked', comment })
  const digester = createKeyDigester(readFileSync(`${installation.nodes[0]?.dataDir}/pepper`))
  const secrets = [minted.key, rotated.key]
  const named = (texts: Readonly<Record<string, string>>): readonly Canary[] =>
    Object.entries(texts).map(([name, text]) => ({ name, text }))
  return {
    id: minted.id,
    path,
    key: rotated.key,
    canaries: [
      ...named({
        id: minted.id.slice('key_'.length),
        ...names,
        agent,
        ...(doom.isRevoked && { comment }),
      }),
      ...Object.entries(addresses).map(([name, text]) => ({ name, text: text.slice(documentation.length) })),
      ...rotated.secrets.map(({ id }: { id: string }) => ({ name: 'secret id', text: id.slice('sec_'.length) })),
      // The end of what is shown: its beginning is every key's.
      ...secrets.map((text) => ({ name: 'prefix', text: text.slice(0, shownLength).slice(-10) })),
      ...secrets.map((text) => ({ name: 'digest', text: digestToBytes(digester.digest(text)) })),
    ],
  }
}

async function verifyUntilSpent({ installation, isSpent }: Doom, key: string, clientIp: string): Promise<void> {
  const { url, operatorKey } = installation
  const verdicts = isSpent === true ? doomedLimit : 1
  for (let turn = 0; turn < verdicts; turn += 1) {
    await expectCall(200, url, 'POST', '/v1/verify', { key: operatorKey, body: { key, clientIp } })
  }
}

/** Twenty digits that stand nowhere else. */
function unique(): string {
  return randomBytes(10).toString('hex')
}

/** As it is written back: without a zero in front. */
function randomAddress(): string {
  const groups = Array.from({ length: 6 }, () => (0x1000 + (randomBytes(2).readUInt16BE() % 0xf000)).toString(16))
  return documentation + groups.join(':')
}
