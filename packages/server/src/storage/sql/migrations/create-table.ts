import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/** A column's kind, then what SQL says of it. Columns are NOT NULL unless the kind ends with `?`. */
export type Columns = Readonly<Record<string, readonly [keyof ReturnType<typeof kinds>, string?]>>

/** One CREATE TABLE that both engines read, with the constraints on several columns behind the columns. */
export async function createTable(
  db: Kysely<unknown>,
  types: ColumnTypes,
  table: {
    readonly name: string
    readonly columns: Columns
    readonly constraints?: readonly string[]
    readonly isClustered?: true
  },
): Promise<void> {
  const typeOf = kinds(types)
  const lines = Object.entries(table.columns).map(
    ([name, [kind, rest]]) => sql`${sql.id(name)} ${typeOf[kind]} ${sql.raw(rest ?? '')}`,
  )
  for (const constraint of table.constraints ?? []) lines.push(sql.raw(constraint))
  const options = table.isClustered === true ? types.clusteredOptions : types.tableOptions
  await sql`create table ${sql.id(table.name)} (${sql.join(lines)}) ${options}`.execute(db)
}

function kinds(types: ColumnTypes) {
  return {
    identity: types.identity,
    integer: sql.raw(`${types.integer} not null`),
    'integer?': sql.raw(types.integer),
    text: sql.raw('text not null'),
    'text?': sql.raw('text'),
    bytes: sql.raw(`${types.bytes} not null`),
    'bytes?': sql.raw(types.bytes),
  }
}
