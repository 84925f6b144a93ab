import { createId, type KeyDigest, type KeyId, type OrganizationId } from '@mintmark/core'
import type { CallerIn, OperatorCaller } from '../caller.ts'
import { standingNow } from '../grants.ts'
import type { ImportedKey, Key, KeyWithSecrets, NewSecret } from '../ports/keys.ts'
import type { Stores } from '../ports/storage.ts'
import { invalidFields, RefusedError, type InputFault } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { roomForActive } from './creation-limits.ts'
import { readItems, withFaults, type ImportItem, type ReadItem } from './import-input.ts'
import { requireExpiry } from './key-policy.ts'
import { describeKey } from './mint-key.ts'
import type { KeyParts } from './parts.ts'

/** What became of one item. `id` is null where the key is another organization's. */
export type ImportResult = {
  readonly outcome: 'imported' | 'duplicate'
  readonly id: KeyId | null
  /** Why nothing was imported; null where it was. */
  readonly message: string | null
}

/** In the order of the items. */
export type ImportResults = { readonly results: readonly ImportResult[] }

/** By the digest under the current pepper. */
type KnownKeys = Map<KeyDigest, ImportedKey>

/**
 * Takes over keys that another system minted, by what that stored of them: all that are not here already, or, where
 * anything is wrong with any of them, none. They count as active for their owners, and spend no day's mint.
 */
export async function importKeys(
  parts: KeyParts,
  caller: OperatorCaller & CallerIn,
  items: readonly ImportItem[],
  idempotency: IdempotentRequest | null,
): Promise<Done<ImportResults>> {
  const { organizationId } = caller
  const read = readItems(parts, items)
  return parts.mutate<ImportResults>({
    caller,
    // A key that is here already may be in another organization.
    tenant: 'every-organization',
    chain: organizationId,
    idempotency,
    async replay(stores, outcomes) {
      const isNew = Array.from(outcomes, (outcome) => outcome === newMark)
      const results = tellResults(read, isNew, await findKnown(stores, read), organizationId)
      return results.some(({ outcome, id }) => outcome === 'imported' && id === null) ? null : { results }
    },
    async work({ stores, nowMs, tell }) {
      // One import at a time: what one writes under one pepper, another may look for under the next.
      await stores.peppers.lock()
      await standingNow(parts.rights, stores, caller)
      await lockWhatIsNamed(stores, organizationId, read)
      const atMs = await nowMs()
      requireExpiries(parts, read, atMs)
      const known = await findKnown(stores, read)
      const isNew = read.map(({ digest }, index) => !known.has(digest) && firstOf(read, digest) === index)
      const fresh = read.filter((_, index) => isNew[index])
      await requireRoom(parts, stores, organizationId, fresh, atMs)
      for (const one of fresh) {
        const key = await stores.keys.insert(keyOf(parts, organizationId, one, atMs), secretOf(parts, one, atMs))
        known.set(one.digest, key)
        const target = { type: 'api_key', id: key.id }
        const changes = describeImported(key, one.item)
        await tell({ action: 'api_key.imported', target, projectId: key.projectId, changes })
      }
      const outcomes = isNew.map((one) => (one ? newMark : duplicateMark)).join('')
      return { result: { results: tellResults(read, isNew, known, organizationId) }, resourceId: outcomes }
    },
  })
}

/** What is remembered of an import, so that its answer can be given again: what became of each item, and no id. */
const newMark = 'i'
const duplicateMark = 'd'

/** Whatever an item names is there until the keys are. */
async function lockWhatIsNamed(
  stores: Stores,
  organizationId: OrganizationId,
  read: readonly ReadItem[],
): Promise<void> {
  const members = await eachOnce(
    read.map(({ item }) => item.userId),
    async (id) => (await stores.members.lock(organizationId, id)) !== null,
  )
  const projects = await eachOnce(
    read.map(({ item }) => item.projectId),
    async (id) => (await stores.projects.lock(organizationId, id))?.archivedAtMs === null,
  )
  const faults = read.flatMap(({ item: { userId, projectId }, path }) => [
    ...missing(members, userId, `${path}.userId`, 'There is no member with this id.'),
    ...missing(projects, projectId, `${path}.projectId`, 'There is no project with this id.'),
  ])
  if (faults.length > 0) throw invalidFields(faults)
}

/** Those that are there. In one order, so that no two who lock several ever wait for one another. */
async function eachOnce<Id extends string>(
  ids: readonly (Id | undefined)[],
  isThere: (id: Id) => Promise<boolean>,
): Promise<ReadonlySet<Id>> {
  const found = new Set<Id>()
  const named = new Set(ids.filter((id) => id !== undefined))
  for (const id of [...named].toSorted()) if (await isThere(id)) found.add(id)
  return found
}

function missing<Id>(found: ReadonlySet<Id>, id: Id | undefined, path: string, message: string): readonly InputFault[] {
  return id === undefined || found.has(id) ? [] : [{ path, message }]
}

function requireExpiries({ contract }: KeyParts, read: readonly ReadItem[], atMs: number): void {
  const faults: InputFault[] = []
  for (const { item, path } of read) {
    withFaults(path, faults, () => requireExpiry(contract, item.expiresAtMs ?? null, atMs, atMs))
  }
  if (faults.length > 0) throw invalidFields(faults)
}

async function findKnown(stores: Stores, read: readonly ReadItem[]): Promise<KnownKeys> {
  const digests = read.flatMap(({ digest, previousDigest }) => [digest, ...(previousDigest ? [previousDigest] : [])])
  const found = await stores.keys.findImported(digests)
  return new Map(
    read.flatMap(({ digest, previousDigest }) => {
      const key = found.get(digest) ?? (previousDigest === null ? undefined : found.get(previousDigest))
      return key === undefined ? [] : [[digest, key] as const]
    }),
  )
}

function firstOf(read: readonly ReadItem[], digest: KeyDigest): number {
  return read.findIndex((one) => one.digest === digest)
}

/** Under the locks of all owners. */
async function requireRoom(
  { contract }: KeyParts,
  stores: Stores,
  organizationId: OrganizationId,
  fresh: readonly ReadItem[],
  atMs: number,
): Promise<void> {
  for (const [userId, theirs] of Map.groupBy(fresh, ({ item }) => item.userId)) {
    if (userId === undefined) continue
    const { room, maxActiveKeys } = await roomForActive(contract, stores, organizationId, userId, atMs)
    if (theirs.length <= room) continue
    const message = `This member may have ${maxActiveKeys} active keys: there is room for ${Math.max(0, room)} more.`
    const faults = theirs.slice(Math.max(0, room)).map(({ path }) => ({ path: `${path}.userId`, message }))
    const values = { limit: maxActiveKeys, maxActiveKeys }
    throw new RefusedError({ reason: 'active_key_limit', values, message }, { faults })
  }
}

function keyOf(
  { random }: KeyParts,
  organizationId: OrganizationId,
  { item, owner }: ReadItem,
  createdAtMs: number,
): Omit<Key, 'number' | 'revocation'> {
  return {
    id: createId('key', random),
    organizationId,
    name: item.name,
    environment: item.environment ?? 'live',
    scope: item.scope ?? 'organization',
    projectId: item.projectId ?? null,
    permissions: item.permissions ?? null,
    owner,
    createdAtMs,
    // Who had it minted elsewhere is not known, but that it was for him; what is the organization's is nobody's.
    createdByUserId: item.userId ?? null,
    expiresAtMs: item.expiresAtMs ?? null,
    rateLimit: item.rateLimit ?? null,
    ipAllowlist: item.ipAllowlist ?? null,
    metadata: item.metadata ?? {},
  }
}

/** Kept under our digest over theirs, until it is used and can be kept under our own. */
function secretOf({ random, keyring }: KeyParts, { item, digest }: ReadItem, createdAtMs: number): NewSecret {
  const pepperVersion = keyring.digesters.current.version
  return { id: createId('sec', random), prefix: item.prefix, createdAtMs, digest, importDigest: digest, pepperVersion }
}

function describeImported(key: KeyWithSecrets, { hashedAs }: ImportItem): Readonly<Record<string, unknown>> {
  return { ...describeKey(key), hashedAs }
}

function tellResults(
  read: readonly ReadItem[],
  isNew: readonly boolean[],
  known: ReadonlyMap<KeyDigest, ImportedKey>,
  organizationId: OrganizationId,
): readonly ImportResult[] {
  return read.map(({ digest }, index) => {
    const key = known.get(digest)
    const id = key?.organizationId === organizationId ? key.id : null
    if (isNew[index] === true) return { outcome: 'imported', id, message: null }
    const first = firstOf(read, digest)
    const message = isNew[first] === true ? `The same key as keys[${first}].` : whereItIs(key, organizationId)
    return { outcome: 'duplicate', id, message }
  })
}

function whereItIs(key: ImportedKey | undefined, organizationId: OrganizationId): string {
  if (key !== undefined && key.organizationId !== organizationId)
    return 'This key is here already, in another organization.'
  return key?.revocation == null ? 'This key is here already.' : 'This key is here already, and revoked: it stays so.'
}
