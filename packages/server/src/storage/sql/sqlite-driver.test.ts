import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { SqliteDatabase } from './sqlite-database.ts'
import { NodeSqliteDialect } from './sqlite-driver.ts'

type Tables = { things: { id: number; name: string | null } }

describe('Kysely on the SQLite connection', () => {
  let database: SqliteDatabase
  let kysely: Kysely<Tables>

  beforeEach(() => {
    const handle = new DatabaseSync(':memory:')
    handle.exec('create table things (id integer primary key, name text)')
    database = new SqliteDatabase(handle, () => {})
    kysely = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) })
  })

  const names = async (): Promise<(string | null)[]> =>
    (await kysely.selectFrom('things').select('name').orderBy('id').execute()).map(({ name }) => name)

  test('refuses whatever is not a SELECT outside a transaction, however it is written', async () => {
    const writes = [
      kysely.insertInto('things').values({ id: 1, name: 'a' }),
      kysely.updateTable('things').set({ name: 'b' }),
      kysely.deleteFrom('things'),
      kysely.with('x', (db) => db.selectFrom('things').select('id')).deleteFrom('things'),
    ]
    for (const write of writes) await expect(write.execute()).rejects.toThrow('outside a transaction')
    for (const text of ['with x as (select 1) insert into things values (1, 2)', ' /* select */ delete from things']) {
      await expect(sql.raw(text).execute(kysely)).rejects.toThrow('outside a transaction')
    }
    expect(await names()).toEqual([])
  })

  test.each(['commit', ' ROLLBACK', 'begin', 'savepoint s', 'release s', 'pragma synchronous = off', 'vacuum'])(
    'refuses "%s" inside a transaction',
    async (text) => {
      const unit = kysely.transaction().execute(async (db) => sql.raw(text).execute(db))
      await expect(unit).rejects.toThrow('belongs to the driver')
    },
  )

  test('gives each unit of work the connection to itself, in the order they came', async () => {
    const log: string[] = []
    const unit = async (name: string): Promise<void> =>
      kysely.transaction().execute(async (db) => {
        log.push(`${name} begins`)
        await db.insertInto('things').values({ id: log.length, name }).execute()
        await new Promise((resolve) => setTimeout(resolve, 2))
        log.push(`${name} ends`)
      })
    await Promise.all([unit('a'), unit('b'), unit('c')])
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  test('shows a read nothing of a transaction that is rolled back', async () => {
    const inserted = Promise.withResolvers<void>()
    const failing = kysely.transaction().execute(async (db) => {
      await db.insertInto('things').values({ id: 1, name: 'dirty' }).execute()
      inserted.resolve()
      await new Promise((resolve) => setTimeout(resolve, 5))
      throw new Error('undone')
    })
    const outcome = failing.catch(String)
    await inserted.promise
    expect(await names()).toEqual([])
    expect(await outcome).toContain('undone')
  })

  test('refuses a connection that is kept after its unit of work', async () => {
    let kept: Kysely<Tables> | undefined
    await kysely.connection().execute(async (db) => {
      kept = db
    })
    const late = kept?.selectFrom('things').select('id').execute()
    await expect(late).rejects.toThrow()
  })

  test('takes no parameter that SQLite would guess about', async () => {
    await expect(sql`select ${true}`.execute(kysely)).rejects.toThrow('boolean')
    await expect(sql`select ${undefined}`.execute(kysely)).rejects.toThrow('undefined')
  })

  test('counts the rows that a write touched', async () => {
    const updated = await kysely.transaction().execute(async (db) => {
      await db
        .insertInto('things')
        .values([
          { id: 1, name: null },
          { id: 2, name: null },
        ])
        .execute()
      return db.updateTable('things').set({ name: 'x' }).executeTakeFirst()
    })
    expect(updated.numUpdatedRows).toBe(2n)
  })
})
