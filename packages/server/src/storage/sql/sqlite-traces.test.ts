import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SqliteDatabase } from './sqlite-database.ts'
import { openSqliteHandle } from './sqlite-open.ts'
import { fileHeaderBytes, gapOf, readLayout } from './sqlite-page.ts'

const tables = `
  create table if not exists rows (number integer primary key autoincrement, name text unique, body text, touched integer default 0);
  create index if not exists rows_body on rows (body);
  create table if not exists clustered (name text primary key, body text, touched integer default 0) without rowid`

let directory: string
let file: string
let database: SqliteDatabase

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-traces-'))
  file = join(directory, 'test.db')
})
afterEach(() => {
  database.close()
  rmSync(directory, { recursive: true })
})

function open(options: { readonly isWiped: boolean }): void {
  const handle = openSqliteHandle(file)
  database = new SqliteDatabase(handle, (error) => {
    throw error
  })
  handle.exec(tables)
  if (options.isWiped) database.wipeTracesIn(file)
}

function commit(work: (run: (text: string, ...parameters: string[]) => void) => void): void {
  database.begin()
  work((text, ...parameters) => database.execute(text, parameters, false))
  database.eraseAfterCommit()
  database.commit()
}

const nameLength = 24

function newName(): string {
  return randomBytes(12).toString('hex')
}

/** Short, or longer than a page holds of one row. */
function newBody(): string {
  return newName() + 'x'.repeat(randomInt(randomInt(10) === 0 ? 6_000 : 200))
}

/** Inserts, changes and deletes, so that pages split and merge. What is there at the end, and what is not any more. */
function churn(turns: number): { readonly kept: ReadonlyMap<string, string>; readonly gone: readonly string[] } {
  const kept = new Map<string, string>()
  const gone: string[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const names = [...kept.keys()].filter(() => Math.random() < 0.3)
    commit((run) => {
      for (const name of names) {
        gone.push(kept.get(name)?.slice(0, nameLength) ?? '')
        if (randomInt(4) === 0) {
          kept.set(name, newBody())
          for (const table of ['rows', 'clustered']) {
            run(`update ${table} set body = ? where name = ?`, kept.get(name) ?? '', name)
          }
          continue
        }
        gone.push(name)
        kept.delete(name)
        for (const table of ['rows', 'clustered']) run(`delete from ${table} where name = ?`, name)
      }
      for (let count = 0; count < 100; count += 1) {
        const [name, body] = [newName(), newBody()]
        kept.set(name, body)
        for (const table of ['rows', 'clustered']) run(`insert into ${table} (name, body) values (?, ?)`, name, body)
      }
    })
  }
  return { kept, gone }
}

/** The first slice of the wiping comes nowhere near the end. */
function churnAmidMany(): ReturnType<typeof churn> {
  commit((run) => {
    run(`insert into clustered select hex(randomblob(12)), replace(hex(zeroblob(2000)), '0', 'y'), 0
      from (with recursive count (n) as (select 1 union all select n + 1 from count where n < 3000) select n from count)`)
  })
  return churn(10)
}

/** Changes a byte of every page, and nothing else, as any write may. */
function touchEveryPage(): void {
  database.begin()
  for (const table of ['rows', 'clustered']) database.execute(`update ${table} set touched = 1`, [], false)
  database.commit()
}

/** Of those, the ones that stand anywhere in the file or its log. */
function found(names: readonly string[]): readonly string[] {
  const wanted = new Set(names)
  const seen = new Set<string>()
  for (const path of [file, `${file}-wal`].filter((path) => existsSync(path))) {
    for (const { 0: digits } of readFileSync(path, 'latin1').matchAll(/[0-9a-f]{24,}/g)) {
      for (let at = 0; at + nameLength <= digits.length; at += 1) seen.add(digits.slice(at, at + nameLength))
    }
  }
  return [...wanted.intersection(seen)]
}

describe('what was deleted', () => {
  test('is found in the file where pages were split and merged, by secure_delete alone', () => {
    open({ isWiped: false })
    let traces = found(churn(20).gone)
    for (let again = 0; again < 10 && traces.length === 0; again += 1) traces = found(churn(20).gone)
    expect(traces).not.toEqual([])
  })

  test('is not found any more, and all else is as it was', async () => {
    open({ isWiped: true })
    for (let round = 0; round < 5; round += 1) {
      commit((run) => {
        run('delete from rows')
        run('delete from clustered')
      })
      const { kept, gone } = churn(10)
      await expect.poll(() => found(gone)).toEqual([])
      expect(database.findDamage()).toEqual([])
      const names = [...kept].toSorted(([one], [other]) => (one < other ? -1 : 1))
      for (const table of ['rows', 'clustered']) {
        const rows = database.prepare(`select name, body from ${table} order by name`).all()
        expect(rows.map(({ name, body }) => [name, body])).toEqual(names)
      }
    }
  })

  test('before the file was opened is not found either, nor what is deleted last', async () => {
    open({ isWiped: false })
    const before = churn(20)
    database.close()
    open({ isWiped: true })
    await expect.poll(() => found(before.gone)).toEqual([])
    const last = churn(10)
    database.close()
    expect(found(last.gone)).toEqual([])
  })

  test('does not come back with pages that were kept in memory', async () => {
    open({ isWiped: true })
    const { gone } = churn(20)
    await expect.poll(() => found(gone)).toEqual([])
    touchEveryPage()
    database.close()
    expect(found(gone)).toEqual([])
  })

  describe('of a file that takes long to look through', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    })
    afterEach(() => {
      vi.useRealTimers()
    })
    const later = (): void => void vi.advanceTimersByTime(10_000)

    test('is wiped from what is written meanwhile, too', () => {
      open({ isWiped: true })
      const { gone } = churnAmidMany()
      touchEveryPage()
      later()
      database.close()
      expect(found(gone)).toEqual([])
    })

    test('is wiped once no transaction is open, and nobody copies the file', async () => {
      open({ isWiped: true })
      const gone: string[] = []
      for (let again = 0; again < 20 && found(gone).length === 0; again += 1) {
        if (database.inTransaction) database.rollback()
        gone.push(...churnAmidMany().gone)
        database.begin()
        later()
      }
      expect(found(gone)).not.toEqual([])
      database.rollback()
      const hold = await database.holdFile()
      later()
      expect(found(gone)).not.toEqual([])
      hold.letGo()
      later()
      expect(found(gone)).toEqual([])
      expect(database.findDamage()).toEqual([])
    })
  })
})

describe('a page', () => {
  test('of a b-tree has its gap where SQLite says that nothing is, and others have none', () => {
    open({ isWiped: false })
    churn(20)
    database.close()
    const bytes = readFileSync(file)
    const layout = readLayout(bytes.subarray(0, fileHeaderBytes))
    if (layout === null) throw new Error('There is no layout')
    const { pageBytes, usableBytes } = layout
    const read = new DatabaseSync(file, { readOnly: true })
    const rows = read.prepare('select pageno, pagetype, unused from dbstat').all()
    read.close()
    const kinds = new Map(rows.map(({ pageno, pagetype, unused }) => [Number(pageno), { pagetype, unused }]))
    expect(new Set(rows.map(({ pagetype }) => pagetype))).toEqual(new Set(['leaf', 'internal', 'overflow']))
    let whole = 0
    for (let number = 1; number * pageBytes <= bytes.length; number += 1) {
      const page = bytes.subarray((number - 1) * pageBytes, number * pageBytes)
      const gap = gapOf(page, number === 1 ? fileHeaderBytes : 0, usableBytes)
      const { pagetype = 'free', unused = 0 } = kinds.get(number) ?? {}
      expect([number, gap === null]).toEqual([number, pagetype === 'overflow' || pagetype === 'free'])
      if (gap === null) continue
      expect(gap.end - gap.start).toBeLessThanOrEqual(Number(unused))
      if (gap.end - gap.start === Number(unused)) whole += 1
    }
    // Others have room between their cells too.
    expect(whole).toBeGreaterThan(10)
  })

  test.each([
    ['of another kind', (page: Buffer) => page.writeUInt8(0, 0)],
    ['with more cells than there is room for', (page: Buffer) => page.writeUInt16BE(3_000, 3)],
    ['with a cell before the first cell', (page: Buffer) => page.writeUInt16BE(3_999, 8)],
    ['with a cell beyond its end', (page: Buffer) => page.writeUInt16BE(4_096, 8)],
    ['with its first cell beyond its end', (page: Buffer) => page.writeUInt16BE(4_097, 5)],
  ])('%s is left alone', (_, damage) => {
    const page = Buffer.alloc(4_096)
    page.writeUInt8(13, 0)
    page.writeUInt16BE(1, 3)
    page.writeUInt16BE(4_000, 5)
    page.writeUInt16BE(4_000, 8)
    expect(gapOf(page, 0, 4_096)).toEqual({ start: 10, end: 4_000 })
    damage(page)
    expect(gapOf(page, 0, 4_096)).toBeNull()
  })

  test('of a file that is none of SQLite’s, or moves its pages by itself, is left alone', () => {
    open({ isWiped: false })
    database.close()
    const header = readFileSync(file).subarray(0, fileHeaderBytes)
    expect(readLayout(header)).toEqual({ pageBytes: 4_096, usableBytes: 4_096, maxBytes: 4_096 * 0x02_00_00_00 })
    expect(readLayout(Buffer.alloc(fileHeaderBytes))).toBeNull()
    const automatic = Buffer.from(header)
    automatic.writeUInt32BE(5, 52)
    expect(readLayout(automatic)).toBeNull()
  })
})
