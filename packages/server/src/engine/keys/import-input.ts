import {
  digestForeignHash,
  isHashed,
  readForeignHash,
  type Environment,
  type KeyDigest,
  type LegacyHash,
  type ProjectId,
  type UserId,
} from '@mintmark/core'
import { requireRole } from '../grants.ts'
import type { KeyOwner } from '../ports/keys.ts'
import type { RateLimit } from '../ports/organizations.ts'
import { invalid, invalidFields, RefusedError, type InputFault } from '../refused.ts'
import {
  maxNameLength,
  requireAllowlist,
  requireEnvironment,
  requireMetadata,
  requirePermissions,
  requireScope,
  requireText,
} from './key-policy.ts'
import type { KeyParts } from './parts.ts'

/** A key that another system minted, by what that stored of it. */
export type ImportItem = {
  readonly hash: string
  readonly hashedAs: LegacyHash
  /** What may be shown of it: its beginning; of one whose long token was hashed, all that precedes the last `_`. */
  readonly prefix: string
  /** 1 to 100 characters. */
  readonly name: string
  /** The member who owns it; else `owner` and `role`. */
  readonly userId?: UserId
  readonly owner?: 'organization'
  readonly role?: string
  readonly scope?: 'organization' | 'project'
  readonly projectId?: ProjectId
  readonly environment?: Environment
  readonly permissions?: readonly string[] | null
  readonly expiresAtMs?: number | null
  readonly rateLimit?: RateLimit | null
  readonly ipAllowlist?: readonly string[] | null
  readonly metadata?: Readonly<Record<string, string>>
}

/** An item that nothing is wrong with as far as can be said without looking anything up. */
export type ReadItem = {
  readonly item: ImportItem
  readonly path: string
  readonly owner: KeyOwner
  readonly digest: KeyDigest
  /** While peppers are changed: under the previous one. */
  readonly previousDigest: KeyDigest | null
}

export const maxImportItems = 100
export const maxShownLength = 64

/** Throws 400 with what is wrong first in every item, so that a file of them is mended at once. */
export function readItems(parts: KeyParts, items: readonly ImportItem[]): readonly ReadItem[] {
  if (items.length === 0 || items.length > maxImportItems) throw invalid('keys', `Give 1 to ${maxImportItems} keys.`)
  const faults: InputFault[] = []
  const read = items.flatMap((item, index) => {
    const path = `keys[${index}]`
    return withFaults(path, faults, () => readItem(parts, item, path)) ?? []
  })
  if (faults.length > 0) throw invalidFields(faults)
  return read
}

/** What `work` does, or null where its input was wrong, which is noted under the item's path. */
export function withFaults<T>(path: string, faults: InputFault[], work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof RefusedError) || error.reason !== 'invalid_request') throw error
    faults.push(...error.faults.map((fault) => ({ ...fault, path: `${path}.${fault.path}` })))
    return null
  }
}

function readItem(parts: KeyParts, item: ImportItem, path: string): ReadItem {
  const { contract, rights } = parts
  requireText('name', item.name, maxNameLength)
  requireScope(item.scope, item.projectId)
  requireEnvironment(contract, item.environment ?? 'live')
  requirePermissions(rights, item.permissions ?? null)
  requireAllowlist(item.ipAllowlist ?? null)
  requireMetadata(item.metadata ?? {})
  return { item, path, owner: ownerOf(parts, item), ...digestsOf(parts, item) }
}

function ownerOf({ contract }: KeyParts, { userId, owner, role }: ImportItem): KeyOwner {
  if (userId !== undefined) {
    if (owner !== undefined || role !== undefined) throw invalid('userId', 'Give a userId, or owner and role.')
    return { type: 'member', userId }
  }
  if (owner === undefined) throw invalid('userId', 'Say whose it is: a userId, or owner organization and a role.')
  if (role === undefined) throw invalid('role', 'Owner organization needs a role.')
  requireRole(contract, role, 'role')
  return { type: 'organization', role }
}

function digestsOf(
  { contract, legacy, keyring }: KeyParts,
  { hash, hashedAs, prefix }: ImportItem,
): Pick<ReadItem, 'digest' | 'previousDigest'> {
  if (contract.keys.legacy.length === 0) {
    throw invalid('hashedAs', 'The contract names no legacy shape (keys.legacy): the key could not be used.')
  }
  const foreign = readForeignHash(hash, hashedAs, prefix)
  if (foreign === null) throw invalid('hash', `This is no SHA-256 written as ${hashedAs}.`)
  requireText('prefix', prefix, maxShownLength)
  if (isHashed(prefix, foreign)) throw invalid('prefix', 'This is the whole key: give what may be shown of it.')
  if (!legacy.mayBegin(prefix, hashedAs)) {
    throw invalid('prefix', 'No legacy shape of the contract that is hashed so begins with this.')
  }
  const { current, previous } = keyring.digesters
  return {
    digest: digestForeignHash(current, foreign),
    previousDigest: previous === null ? null : digestForeignHash(previous, foreign),
  }
}
