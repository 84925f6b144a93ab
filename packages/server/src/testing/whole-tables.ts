import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'

/** Every row of every table, as text, by table; without what a request notes of the credential it comes with. */
export type Tables = Readonly<Record<string, readonly string[]>>

/** Usage is counted for whoever asks, and is flushed when it is. */
const activity: ReadonlySet<string> = new Set([
  'key_usage',
  'key_usage_minutes',
  'key_usage_hours',
  'key_usage_days',
  'key_activity',
  'member_activity',
  'saved_windows',
  'installation',
  'journals',
  'jobs',
  'nodes',
])

/** Of the SQLite file in a data dir that a process has open: of a copy, taken while nothing is written. */
export function sqliteTables(dataDir: string): Tables {
  const copy = mkdtempSync(join(tmpdir(), 'mintmark-rows-'))
  try {
    for (const name of ['mintmark.db', 'mintmark.db-wal']) {
      if (existsSync(join(dataDir, name))) cpSync(join(dataDir, name), join(copy, name))
    }
    const database = new DatabaseSync(join(copy, 'mintmark.db'))
    try {
      const named = database.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
      return tablesOf(named.all(), (name) => database.prepare(`select * from ${name}`).all())
    } finally {
      database.close()
    }
  } finally {
    rmSync(copy, { recursive: true })
  }
}

export async function postgresTables(url: string): Promise<Tables> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const named = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'",
    )
    const rows = new Map<string, readonly unknown[]>()
    for (const { name } of named.rows) rows.set(name, (await client.query(`select * from "${name}"`)).rows)
    return tablesOf(named.rows, (name) => rows.get(name) ?? [])
  } finally {
    await client.end()
  }
}

function tablesOf(named: readonly Record<string, unknown>[], rowsOf: (name: string) => readonly unknown[]): Tables {
  const names = named.map(({ name }) => String(name)).filter((name) => !activity.has(name))
  return Object.fromEntries(
    names.map((name) => [
      name,
      rowsOf(name)
        .map((row) => JSON.stringify(row))
        .toSorted(),
    ]),
  )
}
