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

const rowsOf: Readonly<Record<DirectoryKind, LookupTables>> = { key: keyRows, session: sessionRows }

/**
 * One row for each digest that is known, and one row in any case.
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
      select session.*, found.* from session left join (
        select encode(${digest}, 'hex'), json_build_array(${columns})::text
        from ${tables} where ${digest} = any($1::bytea[])) as found on true`,
  }
}

/** The statement's parameter, as PostgreSQL writes an array of bytea. */
export function digestsParameter(hexDigests: Iterable<string>): string {
  return `{${Array.from(hexDigests, (hex) => String.raw`"\\x${hex}"`).join(',')}}`
}

export function hexOfDigest(digest: KeyDigest): string {
  return Buffer.from(digest, 'latin1').toString('hex')
}

type Cells = readonly (string | null)[]

/** @throws when the rows are not what the statement asks for */
export function readAnswer(rows: readonly Cells[], digests: ReadonlyMap<string, KeyDigest>): StatementAnswer {
  const [replica, ours, synchronous, nowMs, newestPepper = null] = rows[0] ?? []
  if (nowMs === undefined || nowMs === null) throw new Error('PostgreSQL answered a look-up without a row')
  const texts = new Map<KeyDigest, string>()
  for (const [, , , , , , hex, text] of rows) {
    if (hex === null || hex === undefined || text === null || text === undefined) continue
    const digest = digests.get(hex)
    if (digest === undefined) throw new Error('PostgreSQL answered a look-up with a digest that was not asked for')
    texts.set(digest, text)
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
