import { randomBytes } from 'node:crypto'
import { digestFromBytes, digestToBytes } from '@mintmark/core'
import type { KeyDigest } from '@mintmark/core'
import { sql } from 'kysely'
import type { QueryExecutorProvider } from 'kysely'

/** An open transaction on either engine. */
export type Db = QueryExecutorProvider

export type Values = Readonly<Record<string, string | number | null | Uint8Array>>

export type MintedRows = {
  readonly digest: KeyDigest
  readonly keyNumber: number
  readonly keyId: string
  readonly secretNumber: number
  readonly secretId: string
}

export type MemberRows = { readonly organizationId: string; readonly userId: string }

const madeAtMs = 1_750_000_000_000
export const revokedAtMs = madeAtMs + 1

export const freshDigest = (): KeyDigest => digestFromBytes(randomBytes(32))
const freshId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`

/** Without any store of ours, so that what is tested cannot make its own world. */
async function insert(db: Db, table: string, values: Values): Promise<number> {
  const columns = sql.join(Object.keys(values).map((column) => sql.id(column)))
  const { rows } = await sql<{ number: number }>`
    insert into ${sql.id(table)} (${columns}) values (${sql.join(Object.values(values))}) returning number`.execute(db)
  return rows[0]?.number ?? Number.NaN
}

export async function update(db: Db, table: string, where: Values, values: Values): Promise<void> {
  await sql`update ${sql.id(table)} set ${pairs(values, sql`, `)} where ${pairs(where, sql` and `)}`.execute(db)
}

export async function erase(db: Db, table: string, where: Values): Promise<void> {
  await sql`delete from ${sql.id(table)} where ${pairs(where, sql` and `)}`.execute(db)
}

function pairs(values: Values, separator: ReturnType<typeof sql>): ReturnType<typeof sql> {
  return sql.join(
    Object.entries(values).map(([column, value]) => sql`${sql.id(column)} = ${value}`),
    separator,
  )
}

/** A key with one secret; an operator key unless an organization is given. */
export async function insertKey(db: Db, key: Values = {}, secret: Values = {}): Promise<MintedRows> {
  const [digest, keyId, secretId] = [freshDigest(), freshId('key'), freshId('sec')]
  const keyNumber = await insert(db, 'api_keys', {
    id: keyId,
    name: 'Production backend',
    environment: 'live',
    scope: key['organization_id'] === undefined ? 'installation' : 'organization',
    created_at: madeAtMs,
    metadata: '{}',
    ...key,
  })
  const secretNumber = await insert(db, 'api_key_secrets', {
    id: secretId,
    key_number: keyNumber,
    digest: digestToBytes(digest),
    pepper_version: 'aaaaaaaaaaaaaaaa',
    prefix: 'mk_live_abcdefgh',
    created_at: madeAtMs,
    awaits_first_use: 0,
    ...secret,
  })
  return { digest, keyId, keyNumber, secretId, secretNumber }
}

/** An organization with one member, both active. */
export async function insertOrganization(db: Db, organization: Values = {}): Promise<MemberRows> {
  const [organizationId, userId] = [freshId('org'), freshId('usr')]
  const common = { status: 'active', created_at: madeAtMs }
  await insert(db, 'organizations', { id: organizationId, name: 'Acme', tier: 'free', ...common, ...organization })
  await insert(db, 'members', { organization_id: organizationId, user_id: userId, role: 'engineer', ...common })
  return { organizationId, userId }
}

export async function insertSession(
  db: Db,
  member: MemberRows,
): Promise<{ readonly digest: KeyDigest; readonly sessionId: string; readonly expiresAtMs: number }> {
  const [digest, sessionId, expiresAtMs] = [freshDigest(), freshId('ses'), 1_900_000_000_000]
  await insert(db, 'sessions', {
    id: sessionId,
    digest: digestToBytes(digest),
    pepper_version: 'aaaaaaaaaaaaaaaa',
    organization_id: member.organizationId,
    user_id: member.userId,
    created_at: madeAtMs,
    expires_at: expiresAtMs,
  })
  return { digest, sessionId, expiresAtMs }
}

/** As the control plane revokes: final, with a reason. */
export async function revokeKey(db: Db, keyNumber: number): Promise<void> {
  await update(db, 'api_keys', { number: keyNumber }, { revoked_at: revokedAtMs, revoked_reason: 'leaked' })
}

/** When a secret was first used, as the table has it. */
export async function readFirstUse(db: Db, secretNumber: number): Promise<number | null> {
  const { rows } = await sql<{ at: number | null }>`
    select first_used_at as at from api_key_secrets where number = ${secretNumber}`.execute(db)
  return rows[0]?.at ?? null
}
