import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'

/** What the two engines call the same thing. Integers are 64 bits on both. */
export type ColumnTypes = {
  readonly engine: 'sqlite' | 'postgres'
  readonly integer: 'integer' | 'bigint'
  readonly bytes: 'blob' | 'bytea'
  /** Ascending, given by the engine, and never given twice: nothing late can land on a newer row. */
  readonly identity: RawBuilder<unknown>
  /** Ends CREATE TABLE. */
  readonly tableOptions: RawBuilder<unknown>
  /** The same for a table whose rows are kept in the order of its primary key, and nowhere else. */
  readonly clusteredOptions: RawBuilder<unknown>
}

export const sqliteColumns: ColumnTypes = {
  engine: 'sqlite',
  integer: 'integer',
  bytes: 'blob',
  identity: sql`integer primary key autoincrement`,
  tableOptions: sql`strict`,
  clusteredOptions: sql`strict, without rowid`,
}

export const postgresColumns: ColumnTypes = {
  engine: 'postgres',
  integer: 'bigint',
  bytes: 'bytea',
  identity: sql`bigint generated always as identity primary key`,
  tableOptions: sql``,
  clusteredOptions: sql``,
}
