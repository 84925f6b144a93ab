import { createId, operatorKeyFormat, parseMadeId, type KeyId, type PlaintextKey } from '@mintmark/core'
import type { OperatorCaller } from './caller.ts'
import type { Cursors } from './cursor.ts'
import { onlyVerifyPermission } from './holder.ts'
import type { Keyring } from './keyring.ts'
import { maxNameLength, requireText } from './keys/key-policy.ts'
import { isoTime, isoTimeOrNull, lastUseOf, prefixOf, statusOfKey, type KeyStatus } from './keys/key-view.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import type { Random } from './ports/clock.ts'
import type { KeyFilter, KeyWithSecrets } from './ports/keys.ts'
import type { Storage } from './ports/storage.ts'
import { notFound } from './refused.ts'
import type { Done, IdempotentRequest, Mutate } from './unit-of-work.ts'

export type OperatorKeyView = {
  readonly id: KeyId
  readonly name: string
  readonly prefix: string
  /** `verify`: it can do nothing else. */
  readonly only: 'verify' | null
  readonly status: KeyStatus
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

export type OperatorKeyInput = { readonly name: string; readonly only?: 'verify' | null }

export type MintedOperatorKey = OperatorKeyView & { readonly key: PlaintextKey | null }

export type OperatorKeyUseCases = {
  create(
    caller: OperatorCaller,
    input: OperatorKeyInput,
    idempotency: IdempotentRequest | null,
  ): Promise<Done<MintedOperatorKey>>
  list(input: PageInput): Promise<ListPage<OperatorKeyView>>
  /** At once and for good; again: the same answer. */
  revoke(caller: OperatorCaller, id: string, idempotency: IdempotentRequest | null): Promise<Done<OperatorKeyView>>
}

type Parts = {
  readonly storage: Storage
  readonly mutate: Mutate
  readonly random: Random
  readonly keyring: Keyring
  readonly cursors: Cursors
}

const wholeInstallation = { tenant: 'every-organization', chain: 'installation' } as const

export function createOperatorKeys(parts: Parts): OperatorKeyUseCases {
  return {
    create: (caller, input, idempotency) => createOperatorKey(parts, caller, input, idempotency),
    revoke: (caller, id, idempotency) => revokeOperatorKey(parts, caller, id, idempotency),
    list: (input) => listOperatorKeys(parts, input),
  }
}

async function createOperatorKey(
  parts: Parts,
  caller: OperatorCaller,
  input: OperatorKeyInput,
  idempotency: IdempotentRequest | null,
): Promise<Done<MintedOperatorKey>> {
  requireText('name', input.name, maxNameLength)
  return parts.mutate<MintedOperatorKey>({
    caller,
    ...wholeInstallation,
    idempotency,
    async replay(stores, resourceId) {
      const keyId = parseMadeId('key', resourceId)
      const key = keyId === null ? null : await stores.keys.find(null, keyId)
      return key === null ? null : { ...viewOperatorKey(key, await stores.nowMs()), key: null }
    },
    async work({ stores, nowMs, tell }) {
      const createdAtMs = await nowMs()
      const { plaintext, ...secret } = mintOperatorSecret(parts, createdAtMs)
      const key = await stores.keys.insert(draftOperatorKey(parts.random, input, createdAtMs), secret)
      const changes = { name: input.name, only: input.only ?? null }
      await tell({ action: 'operator_key.created', target: { type: 'operator_key', id: key.id }, changes })
      return { result: { ...viewOperatorKey(key, createdAtMs), key: plaintext }, resourceId: key.id }
    },
  })
}

async function revokeOperatorKey(
  { mutate }: Parts,
  caller: OperatorCaller,
  id: string,
  idempotency: IdempotentRequest | null,
): Promise<Done<OperatorKeyView>> {
  const keyId = parseMadeId('key', id)
  if (keyId === null) throw notFound()
  return mutate<OperatorKeyView>({
    caller,
    ...wholeInstallation,
    idempotency,
    async replay(stores) {
      const key = await stores.keys.find(null, keyId)
      return key === null ? null : viewOperatorKey(key, await stores.nowMs())
    },
    async work({ stores, nowMs, tell }) {
      stores.mustFit()
      const key = await stores.keys.lock(null, keyId)
      if (key === null) throw notFound()
      const atMs = await nowMs()
      if (key.revocation !== null) return { result: viewOperatorKey(key, atMs), resourceId: id }
      const revocation = { atMs, by: caller.actor, reason: 'unspecified', comment: null } as const
      await stores.keys.revoke(key.number, revocation)
      await tell({ action: 'operator_key.revoked', target: { type: 'operator_key', id } })
      return { result: viewOperatorKey({ ...key, revocation }, atMs), resourceId: id }
    },
  })
}

function listOperatorKeys({ storage, cursors }: Parts, input: PageInput): Promise<ListPage<OperatorKeyView>> {
  return storage.read('every-organization', async (stores) => {
    const filter = { ...everyKey, nowMs: await stores.nowMs() }
    return writePage(cursors, 'operator-keys', input, async (page) =>
      (await stores.keys.list(null, filter, page)).map((key) => ({
        number: key.number,
        view: viewOperatorKey(key, filter.nowMs),
      })),
    )
  })
}

export const everyKey: Omit<KeyFilter, 'nowMs'> = {
  status: 'all',
  environment: null,
  projectId: null,
  owner: null,
  id: null,
  search: null,
  unusedSinceMs: null,
  neverUsed: null,
  expiresBeforeMs: null,
  neverExpires: null,
}

function mintOperatorSecret(parts: Parts, createdAtMs: number) {
  const plaintext = operatorKeyFormat.mint('live', parts.random)
  const { current } = parts.keyring.digesters
  return {
    plaintext,
    id: createId('sec', parts.random),
    prefix: operatorKeyFormat.shown(plaintext),
    createdAtMs,
    digest: current.digest(plaintext),
    pepperVersion: current.version,
  }
}

function draftOperatorKey(random: Random, input: OperatorKeyInput, createdAtMs: number) {
  return {
    id: createId('key', random),
    organizationId: null,
    name: input.name,
    environment: 'live',
    scope: 'installation',
    projectId: null,
    permissions: input.only === 'verify' ? [onlyVerifyPermission] : null,
    owner: null,
    createdAtMs,
    createdByUserId: null,
    expiresAtMs: null,
    rateLimit: null,
    ipAllowlist: null,
    metadata: {},
  } as const
}

function viewOperatorKey(key: KeyWithSecrets, nowMs: number): OperatorKeyView {
  return {
    id: key.id,
    name: key.name,
    prefix: prefixOf(key, nowMs),
    only: key.permissions === null ? null : 'verify',
    status: statusOfKey(key, nowMs),
    createdAt: isoTime(key.createdAtMs),
    lastUsedAt: isoTimeOrNull(lastUseOf(key.secrets)?.lastUsedAtMs ?? null),
    revokedAt: isoTimeOrNull(key.revocation?.atMs ?? null),
  }
}
