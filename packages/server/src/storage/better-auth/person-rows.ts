import {
  createAdapterFactory,
  type CleanedWhere,
  type CustomAdapter,
  type DBAdapterInstance,
} from 'better-auth/adapters'
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Database } from '../sql/schema.ts'

/** The unit of work that is under way. Throws where there is none. */
export type CurrentUnit = () => Kysely<Database>

/**
 * How better-auth reads and writes its rows in a unit of work of ours: whatever it does is in the transaction with its
 * audit event. Only what it asks for of people and their accounts is here; anything else it might come to ask for one
 * day fails, and is not guessed at.
 */
export function personRows(current: CurrentUnit): DBAdapterInstance {
  return createAdapterFactory({
    config: {
      adapterId: 'mintmark',
      supportsBooleans: false,
      transaction: false,
      // Times are integer milliseconds, as in every table.
      customTransformInput: ({ data }: { readonly data: unknown }) => (data instanceof Date ? data.getTime() : data),
      customTransformOutput: ({ data, fieldAttributes }) =>
        fieldAttributes.type === 'date' && typeof data === 'number' ? new Date(data) : data,
    },
    adapter: () => rowsOf(current),
  })
}

function rowsOf(current: CurrentUnit): CustomAdapter {
  const select = async <T>(model: string, where: readonly CleanedWhere[], limit: number): Promise<T[]> =>
    (await sql<T>`select * from ${tableOf(model)} where ${allOf(where)} limit ${limit}`.execute(current())).rows
  const change = async (model: string, where: readonly CleanedWhere[], values: object): Promise<number> => {
    const set = sql.join(Object.entries(values).map(([name, value]) => sql`${sql.ref(name)} = ${value}`))
    const { numAffectedRows } = await sql`update ${tableOf(model)} set ${set} where ${allOf(where)}`.execute(current())
    return Number(numAffectedRows ?? 0n)
  }
  return {
    async create({ model, data }) {
      const columns = sql.join(Object.keys(data).map((name) => sql.ref(name)))
      await sql`insert into ${tableOf(model)} (${columns}) values (${sql.join(Object.values(data))})`.execute(current())
      return data
    },
    findOne: async <T>({ model, where }: Asked) => (await select<T>(model, where ?? [], 1))[0] ?? null,
    findMany: async <T>({ model, where = [], limit = 1 }: Asked) => select<T>(model, where, limit),
    async update<T>({ model, where, update }: { model: string; where: CleanedWhere[]; update: T }) {
      await change(model, where, update as object)
      return (await select<T>(model, where, 1))[0] ?? null
    },
    updateMany: async ({ model, where, update }) => change(model, where, update),
    delete: () => unexpected('delete'),
    deleteMany: () => unexpected('deleteMany'),
    count: () => unexpected('count'),
    consumeOne: () => unexpected('consumeOne'),
    incrementOne: () => unexpected('incrementOne'),
  }
}

type Asked = {
  readonly model: string
  readonly where?: readonly CleanedWhere[] | undefined
  readonly limit?: number
}

const tables: ReadonlySet<string> = new Set(['people', 'person_accounts'])

function tableOf(model: string): RawBuilder<unknown> {
  return tables.has(model) ? sql.table(model) : unexpected(`a table ${model}`)
}

function allOf(where: readonly CleanedWhere[]): RawBuilder<unknown> {
  return sql.join(where.map(conditionOf), sql` and `)
}

function conditionOf({ field, operator, connector, value }: CleanedWhere): RawBuilder<unknown> {
  if (operator !== 'eq' || connector !== 'AND') unexpected(`${connector} ${operator}`)
  return value === null ? sql`${sql.ref(field)} is null` : sql`${sql.ref(field)} = ${value}`
}

function unexpected(what: string): never {
  throw new Error(`better-auth asked for ${what}, which it did not when this was written`)
}
