import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ChainDigest, ChainEvent, Declaration } from '@mintmark/core'
import { Client, types } from 'pg'
import type { Row } from './database-rows.ts'

/** What stands in the tables about one organization, at one instant. */
export type Stored = {
  readonly installationId: string
  readonly keys: readonly { readonly id: string; readonly name: string; readonly isRevoked: boolean }[]
  readonly secrets: readonly { readonly id: string; readonly keyId: string }[]
  /** Rows of the log that creation limits are counted by: they survive their keys. */
  readonly mints: number
  readonly events: readonly StoredEvent[]
  readonly head: { readonly sequence: number; readonly digest: ChainDigest } | null
}

/** Empty strings where it has been erased. */
export type StoredEvent = ChainEvent & { readonly action: string; readonly targetId: string }

type Ask = (sql: string) => Promise<readonly Row[]>

/** Of a SQLite file: of a copy, with the write-ahead log beside it, so that its process finds it as it left it. */
export async function readSqlite(file: string, organizationId: string): Promise<Stored> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-copy-'))
  const copy = join(directory, 'mintmark.db')
  copyWhole(file, copy)
  const database = new DatabaseSync(copy)
  try {
    return await readStored(async (sql) => database.prepare(sql).all(), organizationId)
  } finally {
    database.close()
    rmSync(directory, { recursive: true })
  }
}

/** A process that runs may move its log into the file between the two copies: what it moved would be in neither. */
function copyWhole(file: string, copy: string): void {
  for (;;) {
    const before = stampOf(file)
    for (const suffix of ['', '-wal']) {
      rmSync(copy + suffix, { force: true })
      if (existsSync(file + suffix)) cpSync(file + suffix, copy + suffix)
    }
    if (stampOf(file) === before) return
  }
}

const walHeaderBytes = 32

/** Changes when the log is moved into the file, and when it is begun anew. */
function stampOf(file: string): string {
  const wal = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`).subarray(0, walHeaderBytes) : Buffer.alloc(0)
  return `${statSync(file, { bigint: true }).mtimeNs} ${wal.toString('hex')}`
}

/** Of a PostgreSQL database that others may be writing to. */
export async function readPostgres(url: string, organizationId: string): Promise<Stored> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  client.setTypeParser(types.builtins.INT8, Number)
  try {
    await client.connect()
    await client.query('begin isolation level repeatable read, read only')
    await client.query(`set local "mintmark.tenant" = '*'`)
    return await readStored(async (sql) => (await client.query<Row>(sql)).rows, organizationId)
  } finally {
    await client.end()
  }
}

async function readStored(ask: Ask, organizationId: string): Promise<Stored> {
  // Ids of organizations have no quotes in them.
  const ours = `organization_id = '${organizationId}'`
  const chain = `chain = '${organizationId}'`
  const [installation] = await ask('select installation_id from installation')
  const keys = await ask(`select id, name, revoked_at from api_keys where ${ours}`)
  const secrets = await ask(
    `select s.id as id, k.id as key_id from api_key_secrets s join api_keys k on k.number = s.key_number where ${ours}`,
  )
  const [mints] = await ask(`select count(*) as count from mint_log where ${ours}`)
  const events = await ask(`select * from audit_events where ${chain} order by sequence`)
  const [head] = await ask(`select sequence, digest from audit_heads where ${chain}`)
  return {
    installationId: text(installation?.['installation_id']),
    keys: keys.map((row) => ({ id: text(row['id']), name: text(row['name']), isRevoked: row['revoked_at'] !== null })),
    secrets: secrets.map((row) => ({ id: text(row['id']), keyId: text(row['key_id']) })),
    mints: Number(mints?.['count']),
    events: events.map(toEvent),
    head: head === undefined ? null : { sequence: Number(head['sequence']), digest: toDigest(head['digest']) },
  }
}

function toEvent(row: Row): StoredEvent {
  const payload = row['payload'] === null ? null : text(row['payload'])
  const action = text(row['action'] ?? '')
  const said = payload === null ? null : (JSON.parse(payload) as { actor: object; changes: Declaration })
  return {
    sequence: Number(row['sequence']),
    payload,
    salt: row['salt'] instanceof Uint8Array ? row['salt'] : null,
    payloadDigest: toDigest(row['payload_digest']),
    digest: toDigest(row['digest']),
    isBuried: said !== null && 'ownerUserId' in said.actor,
    declares: said !== null && action === 'api_key.deleted' ? said.changes : null,
    action,
    targetId: text(row['target_id'] ?? ''),
  }
}

function toDigest(value: unknown): ChainDigest {
  return text(value) as ChainDigest
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${String(value)} is no text`)
  return value
}
