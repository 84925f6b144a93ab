import { chainOrigin, checkChain, type ChainCheck, type ChainDigest, type ChainEvent } from '@mintmark/core'
import type { AuditPayload } from '../engine/audit.ts'
import { declarationOf, isBuried } from '../engine/audit-events/stored-event.ts'
import type { ChainName } from '../engine/ports/audit.ts'
import type { SqliteStorage } from '../storage/sql/sqlite.ts'

type Row = Readonly<Record<string, unknown>>

/** Every event of a chain, oldest first; null for one that was erased. */
export async function eventsOf(sqlite: SqliteStorage, chain: string): Promise<readonly (AuditPayload | null)[]> {
  return (await chainRows(sqlite, chain)).map(({ payload }) => parse(payload))
}

/** By core's own check, up to the stored head. */
export async function checkTrail(sqlite: SqliteStorage, chain: string): Promise<ChainCheck> {
  const rows = await chainRows(sqlite, chain)
  const head = await sqlite.storage.read('every-organization', (stores) => stores.audit.head(chain as ChainName))
  return checkChain(chain, { sequence: 0, digest: chainOrigin(sqlite.installation.id) }, rows.map(toEvent), head)
}

/** All rows of all tables as one text, bytes as hexadecimal: to look for what must not be there. */
export async function everythingStored(sqlite: SqliteStorage): Promise<string> {
  const tables = await rowsOf(sqlite, "select name from sqlite_master where type = 'table'")
  const texts = []
  for (const { name } of tables)
    texts.push(`${String(name)}:`, JSON.stringify(await rowsOf(sqlite, `select * from "${String(name)}"`), inHex))
  return texts.join('\n')
}

async function chainRows(sqlite: SqliteStorage, chain: string): Promise<readonly Row[]> {
  return rowsOf(sqlite, `select * from audit_events where chain = '${chain}' order by sequence`)
}

async function rowsOf(sqlite: SqliteStorage, text: string): Promise<readonly Row[]> {
  const giveBack = await sqlite.database.takeTurn()
  try {
    return sqlite.database.prepare(text).all()
  } finally {
    giveBack()
  }
}

function inHex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

function parse(payload: unknown): AuditPayload | null {
  return typeof payload === 'string' ? (JSON.parse(payload) as AuditPayload) : null
}

function toEvent(row: Row): ChainEvent {
  const payload = parse(row['payload'])
  return {
    sequence: Number(row['sequence']),
    payload: row['payload'] as string | null,
    salt: row['salt'] as Uint8Array | null,
    payloadDigest: row['payload_digest'] as ChainDigest,
    digest: row['digest'] as ChainDigest,
    isBuried: isBuried(payload),
    declares: declarationOf(payload),
  }
}
