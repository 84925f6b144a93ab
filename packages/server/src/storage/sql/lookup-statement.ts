import type { KeyDigest } from '@mintmark/core'
import type { DirectoryKind } from '../../engine/ports/directory.ts'
import { keyRows, sessionRows } from './lookup-rows.ts'
import type { LookupTables } from './lookup-rows.ts'
import type { BatchAnswer } from './lookup-queue.ts'
import { everyTenant } from './postgres-database.ts'

/** What the session said of itself with the rows. Nothing may be concluded from them unless it may answer. */
export type StatementAnswer = BatchAnswer & {
  readonly replica: boolean
  /** The session still has the settings that we gave it, without which row-level security would hide every key. */
  readonly ours: boolean
  /** A standby must confirm every commit. */
  readonly synchronous: boolean
  /** Version of the pepper that came last; null while the database is new. */
  readonly newestPepper: string | null
}

export type LookupStatement = { readonly name: string; readonly text: string }

/** No JSON text has it: in strings it is escaped (RFC 8259 section 7). */
const separator = '\u001e'
/** Of the system table pg_type. */
const byteaType = 17
const emptyArray = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, byteaType]

const rowsOf: Readonly<Record<DirectoryKind, LookupTables>> = { key: keyRows, session: sessionRows }

/**
 * One row, whatever it finds: its last cell has what is known of the digests, each with its place among those asked for.
 * To one row of many client libraries pay for many rows and cells (8.7 us of client CPU a look-up, against 5).
 * @param fenced the statement also commits: with a synchronous standby, a deposed primary then cannot answer
 */
export function lookupStatement(kind: DirectoryKind, fenced: boolean): LookupStatement {
  const { columns, tables, digest } = rowsOf[kind]
  const fence = fenced ? `(select pg_logical_emit_message(true, 'mintmark', '') is not null)` : 'false'
  return {
    name: `${kind}${fenced ? '-fenced' : ''}`,
    text: `with session as materialized (
        select pg_is_in_recovery() as replica,
          current_setting('mintmark.tenant', true) = '${everyTenant}' as ours,
          current_setting('synchronous_standby_names') <> '' as synchronous,
          floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms,
          (select version from peppers order by created_at desc, version desc limit 1) as newest_pepper,
          ${fence} as fence)
      select session.*, (
        select string_agg(asked.place || json_build_array(${columns})::text, '${separator}')
        from unnest($1::bytea[]) with ordinality as asked (digest, place)
        join (${tables}) on ${digest} = asked.digest)
      from session`,
  }
}

/** The statement's parameter, in the binary form in which PostgreSQL takes an array of bytea. */
export function digestsParameter(digests: readonly KeyDigest[]): Buffer {
  if (digests.length === 0) return Buffer.from(emptyArray)
  const parameter = Buffer.allocUnsafe(20 + digests.length * 36)
  for (const [index, word] of [1, 0, byteaType, digests.length, 1].entries()) parameter.writeInt32BE(word, index * 4)
  for (const [index, digest] of digests.entries()) {
    parameter.writeInt32BE(32, 20 + index * 36)
    parameter.write(digest, 24 + index * 36, 'latin1')
  }
  return parameter
}

type Cells = readonly (string | null)[]

/** @throws when the rows are not what the statement asks for */
export function readAnswer(rows: readonly Cells[], digests: readonly KeyDigest[]): StatementAnswer {
  const [replica, ours, synchronous, nowMs, newestPepper = null, , found] = rows[0] ?? []
  if (nowMs === undefined || nowMs === null) throw new Error('PostgreSQL answered a look-up without a row')
  const texts = new Map<KeyDigest, string>()
  for (const text of found?.split(separator) ?? []) {
    const start = text.indexOf('[')
    const digest = digests[Number(text.slice(0, start)) - 1]
    if (digest === undefined) throw new Error('PostgreSQL answered a look-up with a digest that was not asked for')
    texts.set(digest, text.slice(start))
  }
  return {
    texts,
    nowMs: Number(nowMs),
    replica: replica !== 'f',
    ours: ours === 't',
    synchronous: synchronous === 't',
    newestPepper,
  }
}
