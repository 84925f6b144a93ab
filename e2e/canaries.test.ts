import * as fc from 'fast-check'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithOwnServers } from '../packages/server/src/testing/servers.ts'
import { callBytes } from './testing/byte-call.ts'
import { clusterStage, embeddedStage, type Stage } from './testing/canary-stage.ts'
import { mintKey, type MintedKey } from './testing/cast.ts'
import { call, expectCall } from './testing/client.ts'
import { materialOf } from './testing/fuzz-cast.ts'
import { createOrganization } from './testing/installation.ts'
import { breakingOff, lookedUp, misplacements } from './testing/misplacements.ts'
import { Needles, type Canary } from './testing/needles.ts'
import { OpenApiDocument } from '../packages/server/src/testing/openapi-document.ts'
import { sendRaw } from './testing/raw-http.ts'
import { soundRequests, type Material } from './testing/request-arbitrary.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { processesOf, type Sink } from './testing/sinks.ts'
import { urlOf } from './testing/storages.ts'

/** Of these may stand anywhere what is shown: the prefix and eight characters. */
const shownLength = (text: string): number => text.lastIndexOf('_') + 1 + 8

/** What a proxy says: no machine of ours has it. */
const clientAddress = '198.51.100.77'

type NamedKey = MintedKey & { readonly name: string }

describe('on SQLite', () => {
  secretsStaySecret(embeddedStage)
})

describeWithOwnServers('on PostgreSQL and Redis, two nodes', () => {
  secretsStaySecret(clusterStage)
})

function secretsStaySecret(start: () => Promise<Stage>): void {
  let stage: Stage
  let material: Material
  let acting: Readonly<Record<string, string>>
  const canaries: Canary[] = []
  const keys: NamedKey[] = []
  /** Everything that was answered, but for what gave a secret. */
  const answers: { name: string; bytes: Buffer }[] = []
  /** The key that is typed where ids and searches are. */
  const typed = { name: 'typed', text: '' }
  const timeout = 900_000
  const keyCount = count(20, 200)

  let turn = 0
  const url = (): string => urlOf(stage.installation, (turn += 1))
  const asOperator = () => ({ key: stage.installation.operatorKey, headers: acting })
  const ofOrganization = { owner: 'organization', role: 'admin' }

  beforeAll(async () => {
    stage = await start()
    const { installation } = stage
    const rateLimit = { limit: 100_000, windowSeconds: 60 }
    acting = (await createOrganization(installation, { roles: [], rateLimit })).acting()
    typed.text = (await mintKey(installation, acting, { name: 'typed', ...ofOrganization })).key
    material = await materialOf(installation, await OpenApiDocument.of(installation.url))
    canaries.push({ name: 'the operator key', text: installation.operatorKey })
    for (const { name, credential } of material.callers) {
      if (credential !== null && credential.length > 40) canaries.push({ name, text: credential })
    }
    for (const token of material.hints['token'] ?? []) canaries.push({ name: 'an invitation', text: String(token) })
  })

  afterAll(() => stage.remove())

  test(`${keyCount} keys go everywhere, and where they should not`, { timeout }, async () => {
    for (let index = 0; index < keyCount; index += 1) {
      const name = `canary-${index}-${randomBytes(6).toString('hex')}`
      const headers = { ...acting, 'idempotency-key': `mint ${index}` }
      const minted = await mintKey(stage.installation, headers, { name, ...ofOrganization })
      keys.push({ ...minted, name })
      canaries.push({ name, text: minted.key })
      if (index % 4 === 0) canaries.push({ name: `${name}, rotated`, text: await rotate(minted) })
      await goEverywhere(minted, index)
      await goAstray(minted, index)
    }
    // Uses leave memory with the next flush: that they have, the last use shows.
    const last = `/v1/api-keys/${keys.at(-1)?.id}`
    const lastUse = async (): Promise<unknown> => (await call(url(), 'GET', last, asOperator())).body.lastUsedAt
    await expect.poll(lastUse, { timeout: 30_000 }).not.toBe(null)
  })

  async function rotate({ id }: MintedKey): Promise<string> {
    return (await expectCall(201, url(), 'POST', `/v1/api-keys/${id}/rotate`, { ...asOperator(), body: {} })).key
  }

  /** Every operation, as it should be asked: by all keys in a release, in CI by some. */
  async function goEverywhere({ key }: MintedKey, index: number): Promise<void> {
    const share = count(5, 1)
    const { operatorKey } = stage.installation
    for (const operation of material.document.operations.filter((_, place) => (place + index) % share === 0)) {
      for (const caller of [
        { name: 'key', credential: key, acting: {} },
        { name: 'operator', credential: operatorKey, acting: material.callers[0]?.acting ?? {} },
      ]) {
        const [request] = fc.sample(soundRequests(material, operation, caller), { seed: index, numRuns: 1 })
        if (request === undefined) continue
        const headers = [...request.headers, ['X-Forwarded-For', clientAddress] as const]
        const { status, text } = await callBytes(url(), { ...request, headers })
        if (status !== 201) answers.push({ name: operation.operationId, bytes: Buffer.from(text) })
      }
    }
    await expectCall(200, url(), 'POST', '/v1/verify', { key: operatorKey, body: { key, clientIp: clientAddress } })
  }

  /** Every mistake: with all keys in a release, in CI with some. */
  async function goAstray({ key }: MintedKey, index: number): Promise<void> {
    const share = count(4, 1)
    for (const [name, bytes] of misplacements.filter((_, place) => (place + index) % share === 0)) {
      const secret = lookedUp.test(name) ? typed.text : key
      for (const { headers, body } of await sendRaw(url(), bytes(secret, stage.installation.operatorKey), {
        breaksOff: breakingOff.test(name),
      })) {
        answers.push({ name, bytes: Buffer.from(`${JSON.stringify(headers)}${body}`) })
      }
    }
  }

  test('there were mistakes enough', () => {
    expect(misplacements.length).toBeGreaterThan(60)
    expect(new Set(answers.map(({ name }) => name)).size).toBeGreaterThan(misplacements.length)
  })

  test('no answer says a secret again', () => {
    expect(traces(answers, [...canaries, typed])).toEqual([])
  })

  test('nothing that was written has a trace of a secret', { timeout }, async () => {
    const sinks = await stage.sinks()
    expect(traces(sinks, canaries)).toEqual([])
    // PostgreSQL was told to write down every question; what was searched for is one.
    const beside = sinks.filter(({ kind }) => kind !== 'database log')
    expect(traces(beside, [typed])).toEqual([])
  })

  test('logs have no trace of a key, nor of who used it', () => {
    const logs = stage.installation.nodes.map((node) => node.log()).join('\n')
    expect(logs).toContain('"msg":"request"')
    const told = [...keys.flatMap(whatIsKnownOf), 'canary', clientAddress]
    expect(told.filter((text) => logs.includes(text))).toEqual([])
  })

  test('a deleted key is in no table any more: nothing that was known of it', { timeout }, async () => {
    const deleted = keys.slice(1)
    const [kept] = keys
    const before = await stage.tables()
    for (const key of keys) expect(textsIn(before, whatIsKnownOf(key))).toEqual(whatIsKnownOf(key))
    for (const { id } of deleted) await expectCall(204, url(), 'DELETE', `/v1/api-keys/${id}`, asOperator())
    const after = await stage.tables()
    expect(textsIn(after, deleted.flatMap(whatIsKnownOf))).toEqual([])
    expect(kept === undefined ? [] : textsIn(after, whatIsKnownOf(kept))).toHaveLength(4)
  })

  test('a mint that was answered is not made again after its key was deleted', async () => {
    const headers = { ...acting, 'idempotency-key': 'mint 1' }
    const body = { name: keys[1]?.name, ...ofOrganization }
    const again = await call(url(), 'POST', '/v1/api-keys', { ...asOperator(), headers, body })
    expect(again.body).toMatchObject({ status: 409, reason: 'conflict' })
  })

  test('what is planted is found wherever it was looked for', { timeout }, async () => {
    const planted = (await mintKey(stage.installation, acting, { name: 'planted', ...ofOrganization })).key
    // As a name, which is its owner's own doing, it is in tables, journals, statements and the audit trail.
    await mintKey(stage.installation, acting, { name: planted, ...ofOrganization })
    await stage.plant(planted)
    const asleep = ['--eval', 'setTimeout(() => {}, 60_000)', planted]
    const child = spawn(process.execPath, asleep, { env: { PLANTED: planted } })
    const sinks = [...(await stage.sinks()), ...processesOf([child.pid ?? 0])]
    child.kill()
    const needles = new Needles([{ name: 'planted', text: planted }], shownLength)
    const found = sinks.filter(({ bytes }) => needles.findIn(bytes).length > 0)
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(sinks.map(({ kind }) => kind)))
  })
}

function whatIsKnownOf({ id, secretId, name, key }: NamedKey): readonly string[] {
  return [id, secretId, name, key.slice(0, shownLength(key))]
}

function traces(places: readonly Pick<Sink, 'name' | 'bytes'>[], canaries: readonly Canary[]): readonly string[] {
  const needles = new Needles(canaries, shownLength)
  const found = places.flatMap(({ name, bytes }) =>
    needles.findIn(bytes).map(({ canary, form, at }) => {
      const around = bytes.subarray(Math.max(0, at - 60), at + 30).toString('latin1')
      return `${name}: ${canary}, ${form}: ${JSON.stringify(around)}`
    }),
  )
  return [...new Set(found)].slice(0, 50)
}

function textsIn(places: readonly Sink[], texts: readonly string[]): readonly string[] {
  return texts.filter((text) => places.some(({ bytes }) => bytes.includes(text)))
}
