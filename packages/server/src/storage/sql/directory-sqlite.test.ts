import { randomBytes } from 'node:crypto'
import type { KeyDigest } from '@mintmark/core'
import { digestToBytes } from '@mintmark/core'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Directory, Found, KeyRow, SessionRow } from '../../engine/ports/directory.ts'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import * as rows from '../contract/directory-rows.ts'
import type { Db, MintedRows } from '../contract/directory-rows.ts'
import { createSqliteDirectory } from './directory-sqlite.ts'
import { keyRows } from './lookup-rows.ts'
import type { Database } from './schema.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { NodeSqliteDialect } from './sqlite-driver.ts'
import { openSqlite } from './sqlite.ts'
import type { SqliteStorage } from './sqlite.ts'

type Rows = Directory<KeyRow, SessionRow>
type FindKey = (digest: KeyDigest) => Found<KeyRow> | Promise<Found<KeyRow>>

let nowMs = 1_760_000_000_000
const clock = { nowMs: () => nowMs }
const compiled: string[] = []
const compile = {
  key: (row: KeyRow): KeyRow => {
    compiled.push(row.name)
    return row
  },
  session: (row: SessionRow): SessionRow => row,
}

let storage: SqliteStorage
let kysely: Kysely<Database>

beforeEach(async () => {
  const onFatal = (error: unknown): never => {
    throw error
  }
  storage = await openSqlite({ file: ':memory:', clock, random: randomBytes, onFatal })
  kysely = new Kysely<Database>({ dialect: new NodeSqliteDialect(storage.database) })
  compiled.length = 0
})
afterEach(async () => {
  await storage.close()
})

const transaction = async <T>(work: (db: Db) => Promise<T>): Promise<T> => kysely.transaction().execute(work)
const directoryOf = (capacity?: number): Rows =>
  createSqliteDirectory(storage.database, compile, { clock, ...(capacity !== undefined && { capacity }) })
const mint = async (name: string): Promise<MintedRows> => transaction(async (db) => rows.insertKey(db, { name }))
const rename = async (db: Db, key: MintedRows, name: string): Promise<void> =>
  rows.update(db, 'api_keys', { number: key.keyNumber }, { name })
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A transaction that is undone after `work`, whose look-ups are what tests are about. */
const undone = async (work: (db: Db) => Promise<void>): Promise<void> => {
  const undo = transaction(async (db) => {
    await work(db)
    throw new Error('undone')
  })
  await expect(undo).rejects.toThrow('undone')
}

describe('memory', () => {
  test('answers at once, and compiles again only what has changed', async () => {
    const directory = directoryOf()
    const key = await mint('first')
    const first = directory.findKey(key.digest)
    expect(first).not.toBeInstanceOf(Promise)
    expect(directory.findKey(key.digest)).toEqual(first)
    await mint('another')
    expect(directory.findKey(key.digest)).toEqual(first)
    expect(compiled).toEqual(['first'])
    await transaction(async (db) => rename(db, key, 'second'))
    expect((await directory.findKey(key.digest)).holder?.name).toBe('second')
    expect(compiled).toEqual(['first', 'second'])
  })

  test('does not read again while nothing was committed', async () => {
    const directory = directoryOf()
    const key = await mint('first')
    await directory.findKey(key.digest)
    // Behind the driver's back, as nothing of ours can write: without a generation nobody asks.
    storage.database.prepare(`update api_keys set name = 'unseen'`).run()
    expect((await directory.findKey(key.digest)).holder?.name).toBe('first')
    storage.database.slice({ bumps: true }, () => {})
    expect((await directory.findKey(key.digest)).holder?.name).toBe('unseen')
  })

  test('is bounded, and answers rightly for what it had to forget', async () => {
    const directory = directoryOf(2)
    const keys = [await mint('a'), await mint('b'), await mint('c')]
    for (const round of [1, 2]) {
      for (const key of keys)
        expect((await directory.findKey(key.digest)).holder?.keyNumber, `${round}`).toBe(key.keyNumber)
    }
    expect(compiled).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })

  test('goes by the given clock, at every look-up', async () => {
    const directory = directoryOf()
    const key = await mint('first')
    const { nowMs: firstMs } = await directory.findKey(key.digest)
    nowMs += 5
    expect((await directory.findKey(key.digest)).nowMs).toBe(firstMs + 5)
  })

  test('rejects with StoreUnavailable when the database cannot be read', async () => {
    const directory = directoryOf()
    storage.database.close()
    await expect(directory.findKey(rows.freshDigest())).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(directory.markFirstUse(1)).rejects.toThrow()
  })
})

describe('a look-up while a transaction is open', () => {
  test('answers from memory what was committed, and waits for the end where it does not know', async () => {
    const directory = directoryOf()
    const [known, unread] = [await mint('known'), await mint('unread')]
    await directory.findKey(known.digest)
    const seen: string[] = []
    await transaction(async (db) => {
      await rows.revokeKey(db, known.keyNumber)
      await rows.revokeKey(db, unread.keyNumber)
      const fromMemory = directory.findKey(known.digest)
      expect(fromMemory).not.toBeInstanceOf(Promise)
      expect((await fromMemory).holder?.revokedAtMs).toBeNull()
      void Promise.resolve(directory.findKey(unread.digest)).then((found) =>
        seen.push(`found, revoked at ${found.holder?.revokedAtMs ?? 'no time'}`),
      )
      await turns(5)
      expect(seen).toEqual([])
      seen.push('commit')
    })
    await turns(1)
    expect(seen).toEqual(['commit', `found, revoked at ${rows.revokedAtMs}`])
    expect((await directory.findKey(known.digest)).holder?.revokedAtMs).toBe(rows.revokedAtMs)
  })

  test('waits through transactions that follow one another', async () => {
    const directory = directoryOf()
    const key = await mint('key')
    let found: Promise<Found<KeyRow>> | undefined
    const work = Array.from({ length: 50 }, async (_, index) =>
      transaction(async (db) => {
        await rename(db, key, `name ${index}`)
        found ??= Promise.resolve(directory.findKey(key.digest))
        await turns(1)
      }),
    )
    await Promise.all(work)
    expect((await found)?.holder?.name).toMatch(/^name /)
  })

  test('marks a first use only after it', async () => {
    const directory = directoryOf()
    const key = await transaction(async (db) => rows.insertKey(db, {}, { awaits_first_use: 1 }))
    let marked: Promise<boolean> | undefined
    await undone(async (db) => {
      await rename(db, key, 'dirty')
      marked = directory.markFirstUse(key.secretNumber)
      await turns(3)
      expect(await rows.readFirstUse(db, key.secretNumber)).toBeNull()
    })
    expect(await marked).toBe(true)
    expect((await directory.findKey(key.digest)).holder?.name).toBe('Production backend')
    expect(await transaction(async (db) => rows.readFirstUse(db, key.secretNumber))).toBe(nowMs)
  })
})

/**
 * ALGORITHMS A's trap. On the one connection a transaction takes turns with other promises, so a look-up in between
 * would read what is not committed. Both shortcuts are shown to fail where the directory does not.
 */
describe('a transaction that is undone', () => {
  type Shortcut = readonly [name: string, make: (database: SqliteDatabase) => FindKey]

  /** Reads inside open transactions. */
  const impatient = (database: SqliteDatabase, generation: () => number): FindKey => {
    const text = `select json_array(${keyRows.columns}) as row from ${keyRows.tables} where ${keyRows.digest} = ?`
    const statement = database.prepare(text)
    const known = new Map<KeyDigest, { readonly stamp: number; readonly row: KeyRow | null }>()
    return (digest) => {
      const stamp = generation()
      const remembered = known.get(digest)
      if (remembered?.stamp === stamp) return { holder: remembered.row, nowMs }
      const read = statement.get(digestToBytes(digest))?.['row']
      const row = typeof read === 'string' ? keyRows.parse(read) : null
      known.set(digest, { stamp, row })
      return { holder: row, nowMs }
    }
  }

  const shortcuts: readonly Shortcut[] = [
    ['that bumps at every end but reads inside', (database) => impatient(database, () => database.generation)],
    ['that bumps at COMMIT alone', (database) => impatient(database, () => commits)],
  ]
  /** What a generation would be that only a successful unit of work raises. */
  let commits = 0
  const committed = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const result = await transaction(work)
    commits += 1
    return result
  }

  /** A revoked key's successor, a widening and a new key, all taken back; what was accepted of them, and when. */
  async function dirtyAcceptances(findKey: FindKey): Promise<readonly string[]> {
    const accepted: string[] = []
    const key = await committed(async (db) => rows.insertKey(db, { permissions: '[]' }))
    const look = async (digest: KeyDigest, when: string): Promise<void> => {
      const { holder } = await findKey(digest)
      if (holder !== null && holder.permissions === null) accepted.push(when)
    }
    const looks: Promise<void>[] = []
    let ghost: MintedRows | undefined
    await undone(async (db) => {
      await rows.update(db, 'api_keys', { number: key.keyNumber }, { permissions: null })
      ghost = await rows.insertKey(db)
      looks.push(look(key.digest, 'during'), look(ghost.digest, 'during'))
      await turns(1)
    })
    await Promise.all(looks)
    await look(key.digest, 'after')
    if (ghost !== undefined) await look(ghost.digest, 'after')
    return accepted
  }

  test('is never accepted from, during or after', async () => {
    const directory = directoryOf()
    const rounds: (readonly string[])[] = []
    for (let round = 0; round < 100; round++) rounds.push(await dirtyAcceptances((digest) => directory.findKey(digest)))
    expect(rounds.flat()).toEqual([])
  })

  test.for(shortcuts)('is accepted from by a directory %s', async ([name, make]) => {
    const accepted = await dirtyAcceptances(make(storage.database))
    const forEver = name.includes('COMMIT alone') ? ['after', 'after'] : []
    expect(accepted).toEqual(['during', 'during', ...forEver])
  })
})

describe('look-ups around revocations', () => {
  test('none that started after the acknowledgement accepts, among writers that commit and fail', async () => {
    const directory = directoryOf()
    const keys = await Promise.all(Array.from({ length: 100 }, async (_, index) => mint(`key ${index}`)))
    const acknowledged = new Set<KeyDigest>()
    let late = 0
    let accepted = 0
    const readersEnd = new AbortController()
    const look = async (digest: KeyDigest): Promise<void> => {
      const tooLate = acknowledged.has(digest)
      const { holder } = await directory.findKey(digest)
      if (holder?.revokedAtMs !== null) return
      accepted += 1
      if (tooLate) late += 1
    }
    const reader = async (offset: number): Promise<void> => {
      for (let step = offset; !readersEnd.signal.aborted; step += 7) {
        await look(keys[step % keys.length]?.digest ?? rows.freshDigest())
        if (step % 3 === 0) await turns(1)
      }
    }
    const readers = Promise.all([0, 1, 2, 3, 4, 5].map(reader))
    for (const key of keys) {
      await transaction(async (db) => {
        await rows.revokeKey(db, key.keyNumber)
        await turns(1)
      })
      acknowledged.add(key.digest)
      await look(key.digest)
      await undone(async (db) => {
        await rename(db, key, 'dirty')
        await turns(1)
      })
    }
    readersEnd.abort()
    await readers
    expect(late).toBe(0)
    expect(accepted).toBeGreaterThan(keys.length)
  })
})
