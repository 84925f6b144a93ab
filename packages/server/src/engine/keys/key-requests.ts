import { parseChosenId, type ProjectId, type UserId } from '@mintmark/core'
import { readTime } from '../read-time.ts'
import { invalid, notFound } from '../refused.ts'
import type { ChangeInput } from './change-key.ts'
import type { ImportItem } from './import-input.ts'
import type { MintInput } from './mint-key.ts'
import type { KeyQuery } from './read-keys.ts'

/** As every interface writes it: ids as texts, times by RFC 3339. */
export type MintRequest = Omit<MintInput, 'projectId' | 'expiresAtMs'> & {
  readonly projectId?: string
  readonly expiresAt?: string | null
}

export function readMint({ expiresAt, projectId, ...rest }: MintRequest): MintInput {
  return {
    ...rest,
    ...(projectId !== undefined && { projectId: namedProject(projectId) }),
    ...expiryOf(expiresAt, 'expiresAt'),
  }
}

export type ImportRequest = Omit<ImportItem, 'userId' | 'projectId' | 'expiresAtMs'> & {
  readonly userId?: string
  readonly projectId?: string
  readonly expiresAt?: string | null
}

export function readImport(keys: readonly ImportRequest[]): readonly ImportItem[] {
  return keys.map(({ expiresAt, projectId, userId, ...rest }, index) => {
    const at = (name: string): string => `keys[${index}].${name}`
    return {
      ...rest,
      ...(userId !== undefined && { userId: readUserId(at('userId'), userId) }),
      ...(projectId !== undefined && { projectId: readProjectId(at('projectId'), projectId) }),
      ...expiryOf(expiresAt, at('expiresAt')),
    }
  })
}

export type ChangeRequest = Omit<ChangeInput, 'expiresAtMs'> & { readonly expiresAt?: string | null }

export function readChange({ expiresAt, ...rest }: ChangeRequest): ChangeInput {
  return { ...rest, ...expiryOf(expiresAt, 'expiresAt') }
}

export type KeyListRequest = Omit<KeyQuery, 'projectId' | 'owner' | 'unusedSinceMs' | 'expiresBeforeMs'> & {
  readonly projectId?: string
  readonly owner?: string
  readonly unusedSince?: string
  readonly expiresBefore?: string
}

export function readKeyList({ projectId, owner, unusedSince, expiresBefore, ...rest }: KeyListRequest): KeyQuery {
  return {
    ...rest,
    ...(projectId !== undefined && { projectId: readProjectId('projectId', projectId) }),
    ...(owner !== undefined && { owner: owner === 'organization' ? owner : readUserId('owner', owner) }),
    ...(unusedSince !== undefined && { unusedSinceMs: readTime('unusedSince', unusedSince) }),
    ...(expiresBefore !== undefined && { expiresBeforeMs: readTime('expiresBefore', expiresBefore) }),
  }
}

function expiryOf(expiresAt: string | null | undefined, path: string): { readonly expiresAtMs?: number | null } {
  if (expiresAt === undefined) return {}
  return { expiresAtMs: expiresAt === null ? null : readTime(path, expiresAt) }
}

/** What is named to be acted on is not found where it cannot be. */
function namedProject(text: string): ProjectId {
  const id = parseChosenId('prj', text)
  if (id === null) throw notFound()
  return id
}

export function readProjectId(path: string, text: string): ProjectId {
  const id = parseChosenId('prj', text)
  if (id === null) throw noId(path)
  return id
}

export function readUserId(path: string, text: string): UserId {
  const id = parseChosenId('usr', text)
  if (id === null) throw noId(path)
  return id
}

function noId(path: string) {
  return invalid(path, 'An id has 1 to 64 of A-Z a-z 0-9 _ -.')
}
