import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { SqliteDatabase } from './sqlite-database.ts'

describe('the SQLite connection', () => {
  let database: SqliteDatabase
  const fatal: unknown[] = []
  const write = (text: string): void => {
    database.execute(text, [], false)
  }
  const count = (): unknown => database.execute('select count(*) as count from child', [], true).rows[0]?.['count']

  beforeEach(() => {
    fatal.length = 0
    const handle = new DatabaseSync(':memory:')
    handle.exec(`create table parent (id integer primary key);
      create table child (id integer primary key, parent integer references parent deferrable initially deferred);
      create trigger refused before insert on child when new.id = 13 begin select raise(rollback, 'thirteen'); end`)
    database = new SqliteDatabase(handle, (error) => fatal.push(error))
  })

  test('raises its generation with COMMIT and with ROLLBACK, and not before', () => {
    const start = database.generation
    database.begin()
    write('insert into parent values (1)')
    expect(database.generation).toBe(start)
    expect(database.inTransaction).toBe(true)
    database.commit()
    expect(database.inTransaction).toBe(false)
    expect(database.generation).toBe(start + 1)
    database.begin()
    database.rollback()
    expect(database.generation).toBe(start + 2)
  })

  test('raises it when COMMIT fails, and again when what is left is rolled back', () => {
    const start = database.generation
    database.begin()
    write('insert into child values (1, 99)')
    expect(() => database.commit()).toThrow('FOREIGN KEY')
    expect(database.generation).toBe(start + 1)
    expect(database.inTransaction).toBe(true)
    database.rollback()
    expect(database.generation).toBe(start + 2)
    expect(database.inTransaction).toBe(false)
    expect(count()).toBe(0)
    expect(fatal).toEqual([])
  })

  test('raises it when a statement rolled the transaction back by itself', async () => {
    const start = database.generation
    database.begin()
    write('insert into parent values (1)')
    const idle = database.whenIdle()
    expect(() => write('insert into child values (13, 1)')).toThrow('thirteen')
    expect(database.generation).toBe(start + 1)
    await idle
    database.rollback()
    expect(database.execute('select id from parent', [], true).rows).toEqual([])
  })

  test('refuses a write outside a transaction', () => {
    expect(() => write('insert into parent values (1)')).toThrow('outside a transaction')
    expect(count()).toBe(0)
  })

  test('tells when it is idle: at once, or at the end of the open transaction', async () => {
    await database.whenIdle()
    database.begin()
    let idle = 0
    const waits = [database.whenIdle(), database.whenIdle()].map(async (wait) => {
      await wait
      idle += 1
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(idle).toBe(0)
    database.commit()
    await Promise.all(waits)
    expect(idle).toBe(2)
  })

  test('a slice is a transaction of its own that raises the generation only where it says so', () => {
    const start = database.generation
    expect(
      database.slice({ bumps: false }, () => database.prepare('insert into parent values (1)').run().changes),
    ).toBe(1)
    expect(database.generation).toBe(start)
    database.slice({ bumps: true }, () => {})
    expect(database.generation).toBe(start + 1)
  })

  test('a slice that fails leaves nothing', () => {
    const failing = (): void =>
      database.slice({ bumps: true }, () => {
        database.prepare('insert into parent values (1)').run()
        throw new RangeError('ours')
      })
    const start = database.generation
    expect(failing).toThrow(new RangeError('ours'))
    expect(database.generation).toBe(start + 1)
    expect(database.inTransaction).toBe(false)
    expect(database.execute('select id from parent', [], true).rows).toEqual([])
  })

  test('a slice never joins an open transaction', () => {
    database.begin()
    expect(() => database.slice({ bumps: false }, () => {})).toThrow('no transaction')
    expect(database.inTransaction).toBe(true)
    database.rollback()
  })

  test('serves more texts than it keeps prepared', () => {
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < 400; index += 1) {
        expect(database.execute(`select ${index} as n`, [], true).rows).toEqual([{ n: index }])
      }
    }
  })
})
