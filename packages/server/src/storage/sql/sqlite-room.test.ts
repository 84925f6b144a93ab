import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Stores } from '../../engine/ports/storage.ts'
import { StoreFull } from '../../engine/ports/unavailable.ts'
import { givenMember, newestPage, sampleOrganization } from '../contract/storage-samples.ts'
import { openSqlite } from './sqlite.ts'
import type { SqliteStorage } from './sqlite.ts'

const reservedPages = 20

describe('a database without room', () => {
  let opened: SqliteStorage
  let pages: number
  const fatal: unknown[] = []
  const reserve = {
    isHeld: true,
    releases: 0,
    release(): void {
      reserve.isHeld = false
      reserve.releases += 1
      allow(pages + reservedPages)
    },
  }
  /** SQLite itself says SQLITE_FULL at this many pages, as it does when the disk is full. */
  const allow = (count: number): void => {
    opened.database.prepare(`pragma max_page_count = ${count}`).get()
  }
  const fill = (): void => {
    pages = Number(opened.database.prepare('pragma page_count').get()?.['page_count'])
    allow(pages)
  }
  const names = async (): Promise<string[]> =>
    opened.storage.read('every-organization', async ({ organizations }) =>
      (await organizations.list(newestPage)).map(({ name }) => name),
    )
  /** A row of `size` bytes: more than a page does not fit. */
  const insert = async (stores: Stores, name: string, size = 20_000): Promise<void> =>
    void (await stores.organizations.insert(sampleOrganization({ name, tier: 'x'.repeat(size) })))
  const write = async (name: string, options: { mustFit: boolean; size?: number }): Promise<void> =>
    opened.storage.transaction('every-organization', async (stores) => {
      if (options.mustFit) stores.mustFit()
      await insert(stores, name, options.size)
    })

  beforeEach(async () => {
    Object.assign(reserve, { isHeld: true, releases: 0 })
    fatal.length = 0
    const onFatal = (error: unknown): void => void fatal.push(error)
    opened = await openSqlite({ file: ':memory:', clock: { nowMs: Date.now }, random: randomBytes, onFatal, reserve })
    fill()
  })

  test('refuses, keeps nothing of it, and serves on', async () => {
    await expect(write('ordinary', { mustFit: false })).rejects.toThrow(StoreFull)
    expect(await names()).toEqual([])
    expect(opened.database.inTransaction).toBe(false)
    expect(fatal).toEqual([])
    expect(reserve).toMatchObject({ isHeld: true, releases: 0 })
  })

  test('gives up its reserve for what must fit, once, and does it whole', async () => {
    let runs = 0
    await opened.storage.transaction('every-organization', async (stores) => {
      runs += 1
      stores.mustFit()
      await insert(stores, `run ${runs}`)
    })
    expect(await names()).toEqual(['run 2'])
    expect(reserve).toMatchObject({ isHeld: false, releases: 1 })
  })

  test('leaves the room it made to what must fit, until the reserve is held again', async () => {
    await write('first', { mustFit: true })
    await expect(write('ordinary', { mustFit: false, size: 1 })).rejects.toThrow(StoreFull)
    const use = { keyNumber: 1, minute: 1, outcome: 'accepted', count: 1 }
    await expect(opened.activity.record({ uses: [], counts: [use], rekeyings: [] })).rejects.toThrow(StoreFull)
    await write('second', { mustFit: true })
    expect(await names()).toEqual(['second', 'first'])
    reserve.isHeld = true
    await write('ordinary', { mustFit: false, size: 1 })
    expect(await names()).toEqual(['ordinary', 'second', 'first'])
  })

  test('refuses even what must fit where the reserve does not suffice, and keeps nothing of it', async () => {
    await expect(write('too large', { mustFit: true, size: 400_000 })).rejects.toThrow(StoreFull)
    expect(await names()).toEqual([])
    expect(reserve.releases).toBe(1)
    expect(fatal).toEqual([])
  })

  test('does not do twice what failed for another reason', async () => {
    let runs = 0
    const failing = opened.storage.transaction('every-organization', async (stores) => {
      runs += 1
      stores.mustFit()
      throw new RangeError('ours')
    })
    await expect(failing).rejects.toThrow(new RangeError('ours'))
    expect({ runs, ...reserve }).toMatchObject({ runs: 1, isHeld: true })
  })

  test('takes the windows of the process before, so that it can start', async () => {
    allow(pages + reservedPages)
    await givenMember(opened.storage)
    reserve.isHeld = false
    expect(await opened.activity.takeWindows()).toEqual({ areAll: false, windows: [] })
    await expect(opened.activity.saveWindows([{ keyId: 'key_x', bytes: new Uint8Array(1) }])).rejects.toThrow(StoreFull)
  })
})
