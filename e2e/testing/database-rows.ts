import { DatabaseSync } from 'node:sqlite'
import { Client, types } from 'pg'

export type Row = Readonly<Record<string, unknown>>

/** What stands in a PostgreSQL database, past Mintmark. 64-bit integers come as numbers. */
export async function postgresRows(url: string, sql: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  client.setTypeParser(types.builtins.INT8, Number)
  try {
    await client.connect()
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** The same of a SQLite file that no process has open. */
export function sqliteRows(file: string, sql: string): readonly Row[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}
