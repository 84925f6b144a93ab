import type { UserId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { KeyFilter } from '../../engine/ports/keys.ts'
import { contains } from './contains.ts'
import type { Database } from './schema.ts'

type Keys = ExpressionBuilder<Database, 'api_keys'>

/** What a key must fulfil to be in the list. */
export function matchesFilter(keys: Keys, filter: KeyFilter): Expression<SqlBool> {
  const conditions = statusIs(keys, filter)
  if (filter.environment !== null) conditions.push(keys('environment', '=', filter.environment))
  if (filter.projectId !== null) conditions.push(keys('project_id', '=', filter.projectId))
  if (filter.owner !== null) conditions.push(ownedBy(keys, filter.owner))
  if (filter.id !== null) conditions.push(keys('id', '=', filter.id))
  if (filter.search !== null) conditions.push(named(keys, filter.search))
  if (filter.unusedSinceMs !== null) conditions.push(unusedSince(keys, filter.unusedSinceMs))
  if (filter.neverUsed !== null) conditions.push(neverUsed(keys, filter.neverUsed))
  if (filter.expiresBeforeMs !== null) conditions.push(keys('expires_at', '<', filter.expiresBeforeMs))
  if (filter.neverExpires !== null) conditions.push(keys('expires_at', filter.neverExpires ? 'is' : 'is not', null))
  return keys.and(conditions)
}

function statusIs(keys: Keys, { status, nowMs }: KeyFilter): Expression<SqlBool>[] {
  if (status === 'all') return []
  if (status === 'revoked') return [keys('revoked_at', 'is not', null)]
  const inTime = status === 'active' ? notExpired(keys, nowMs) : keys('expires_at', '<=', nowMs)
  return [keys('revoked_at', 'is', null), inTime]
}

function ownedBy(keys: Keys, owner: UserId | 'organization'): Expression<SqlBool> {
  return owner === 'organization' ? keys('role', 'is not', null) : keys('owner_user_id', '=', owner)
}

export function notExpired(keys: Keys, nowMs: number): Expression<SqlBool> {
  return keys.or([keys('expires_at', 'is', null), keys('expires_at', '>', nowMs)])
}

function named(keys: Keys, search: string): Expression<SqlBool> {
  const inName = contains(keys.ref('name'), search)
  const beginning = sql<string>`substr(api_key_secrets.prefix, 1, length(${sql.val(search)}))`
  const shown = keys
    .selectFrom('api_key_secrets')
    .select('api_key_secrets.number')
    .whereRef('api_key_secrets.key_number', '=', 'api_keys.number')
    .where(beginning, '=', search)
  return keys.or([inName, keys.exists(shown)])
}

function unusedSince(keys: Keys, sinceMs: number): Expression<SqlBool> {
  const used = keys
    .selectFrom('key_activity')
    .select('key_activity.secret_number')
    .whereRef('key_activity.key_number', '=', 'api_keys.number')
    .where('key_activity.last_used_at', '>=', sinceMs)
  return keys.and([keys('created_at', '<', sinceMs), keys.not(keys.exists(used))])
}

function neverUsed(keys: Keys, wanted: boolean): Expression<SqlBool> {
  const used = keys.exists(
    keys
      .selectFrom('key_activity')
      .select('key_activity.secret_number')
      .whereRef('key_activity.key_number', '=', 'api_keys.number'),
  )
  return wanted ? keys.not(used) : used
}
