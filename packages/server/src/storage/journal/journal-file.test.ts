import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, constantFrom, nat, oneof, property } from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { JournalEntry } from '../../engine/ports/journal.ts'
import { JournalDamaged, readContents, readEntries } from './journal-contents.ts'
import { dropOldEntries, JournalFile, makeJournal } from './journal-file.ts'
import { readEntry, writeEntry } from './journal-line.ts'
import { count } from '../../testing/scale.ts'

const numRuns = count(1_000, 20_000)
const timeout = count(30_000, 600_000)

const installationId = `ins_${'0'.repeat(32)}`
const entryAt = (atMs: number): JournalEntry => ({
  atMs,
  digest: createHash('sha256').update(String(atMs)).digest('hex'),
})
const entries = (count: number, firstMs = 1): readonly JournalEntry[] =>
  Array.from({ length: count }, (_, index) => entryAt(firstMs + index))

describe('a journal', () => {
  let directory: string
  let path: string

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mintmark-journal-'))
    path = join(directory, 'revocations')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const contentsOf = (file: string) => {
    const contents = readContents(file)
    if (contents === null) throw new Error('There is no journal')
    return contents
  }
  const readAll = (from = 0): readonly JournalEntry[] => readEntries(path, contentsOf(path), from)
  const open = async (): Promise<JournalFile> =>
    JournalFile.open(readContents(path) ?? makeJournal(path, installationId) ?? contentsOf(path), {
      path,
      onFatal: (error) => {
        throw error
      },
    })
  const written = async (...batches: readonly (readonly JournalEntry[])[]): Promise<readonly number[]> => {
    const file = await open()
    const ends = []
    for (const batch of batches) {
      const settle = await file.write(batch)
      settle()
      ends.push(file.end)
    }
    await file.close()
    return ends
  }

  test('is its owner’s alone, and leaves no draft', async () => {
    await written(entries(1))
    expect(statSync(path).mode & 0o077).toBe(0)
    expect(readdirSync(directory)).toEqual(['revocations'])
  })

  test('holds times and digests, and nothing else', async () => {
    await written(entries(2))
    const [header, ...lines] = readFileSync(path, 'latin1').trimEnd().split('\n')
    expect(header).toMatch(/^mintmark-journal-1 jrn_[0-9a-f]{32} ins_0{32} 0 [0-9a-f]{8}$/)
    expect(lines.map((line) => line.slice(0, -9))).toEqual(entries(2).map(({ atMs, digest }) => `${atMs} ${digest}`))
  })

  test('gives back what was written, from any position that it gave', async () => {
    const batches = [entries(3), entries(1, 4), entries(1_500, 5)]
    const ends = await written(...batches)
    expect(readAll()).toEqual(batches.flat())
    expect(readAll(ends[0])).toEqual([...entries(1, 4), ...entries(1_500, 5)])
    expect(readAll(ends[2])).toEqual([])
  })

  test('is made where there is nothing, by one of those who try at once', () => {
    expect(makeJournal(path, installationId)).not.toBeNull()
    const first = readFileSync(path, 'latin1')
    expect(makeJournal(path, installationId)).toBeNull()
    expect(readFileSync(path, 'latin1')).toBe(first)
  })

  test('syncs those together who come together, and keeps each whole', async () => {
    const file = await open()
    const settles = await Promise.all(entries(200).map((entry) => file.write([entry])))
    expect(file.settled).toBe(0)
    for (const settle of settles.slice(1)) settle()
    expect(file.settled, 'the first is still under way').toBe(0)
    settles[0]?.()
    expect(file.settled).toBe(file.end)
    await file.close()
    expect(new Set(readAll().map(({ atMs }) => atMs)).size).toBe(200)
  })

  test('torn anywhere in its last lines, gives what is whole before, and goes on from there', async () => {
    const [two = 0] = await written(entries(2))
    await written(entries(3, 3))
    const whole = readFileSync(path)
    const start = whole.length - (contentsOf(path).wholeBytes - contentsOf(path).headerBytes) + two
    for (let length = start; length < whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length))
      const kept = readAll()
      expect(kept, `cut at ${length}`).toEqual(entries(kept.length))
      expect(kept.length).toBeGreaterThanOrEqual(2)
      expect(kept.length).toBeLessThan(5)
      await written([entryAt(99)])
      expect(readAll()).toEqual([...kept, entryAt(99)])
    }
  })

  test('that ends in zeros, as after a power cut, is whole before them', async () => {
    await written(entries(2))
    appendFileSync(path, Buffer.alloc(100))
    expect(readAll()).toEqual(entries(2))
    await written([entryAt(99)])
    expect(readAll()).toEqual([...entries(2), entryAt(99)])
  })

  test('with any bit of it turned over is never read as if it were whole', { timeout }, async () => {
    await written(entries(4))
    const whole = readFileSync(path)
    const before = readAll()
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1
    assert(
      property(nat({ max: whole.length - 1 }), nat({ max: 7 }), (index, bit) => {
        const damaged = Buffer.from(whole)
        damaged[index]! ^= 1 << bit
        writeFileSync(path, damaged)
        let read: readonly JournalEntry[]
        try {
          read = readAll()
        } catch (error) {
          expect(error).toBeInstanceOf(JournalDamaged)
          return
        }
        // A last line that is not whole is taken for one that was being written.
        expect(index).toBeGreaterThanOrEqual(lastLine - 1)
        expect(read.length).toBeLessThan(before.length)
        expect(read).toEqual(before.slice(0, read.length))
      }),
      { numRuns },
    )
  })

  test(
    'of whatever lines is read to the last whole one, and is damaged where one before it is not',
    { timeout },
    async () => {
      await written([])
      const header = readFileSync(path, 'latin1')
      const line = oneof(
        { weight: 3, arbitrary: nat(9).map((atMs) => writeEntry(entryAt(atMs))) },
        constantFrom('\n', '\0\n', '1 abc\n', header, writeEntry(entryAt(1)).slice(1)),
      )
      const end = constantFrom('', '1', '\0\0\0', writeEntry(entryAt(1)).slice(0, -1))
      assert(
        property(array(line, { maxLength: 8 }), end, (lines, torn) => {
          writeFileSync(path, header + lines.join('') + torn, 'latin1')
          const read = lines.map((text) => readEntry(text.slice(0, -1)))
          const whole = read.slice(0, read.findLastIndex((entry) => entry !== null) + 1)
          if (whole.includes(null)) expect(() => readAll()).toThrow(JournalDamaged)
          else expect(readAll()).toEqual(whole)
        }),
        { numRuns },
      )
    },
  )

  test('refuses a position that it does not hold, or where no entry begins', async () => {
    const [first = 0] = await written(entries(1), entries(1, 2))
    for (const position of [-1, 1, first - 1, first + 1, 1_000_000]) {
      expect(() => readAll(position), `${position}`).toThrow(JournalDamaged)
    }
    truncateSync(path, contentsOf(path).headerBytes)
    expect(() => readAll(first)).toThrow(JournalDamaged)
    writeFileSync(path, 'something else')
    expect(() => contentsOf(path)).toThrow(JournalDamaged)
  })

  test('drops what is old when that is most of it; positions stay what they were', async () => {
    const [old = 0] = await written(entries(20_000), entries(5_000, 20_001))
    const drop = (sinceMs: number) => dropOldEntries(path, contentsOf(path), sinceMs)
    expect(drop(10_000).header.base, 'less than half').toBe(0)
    const kept = drop(20_001)
    expect(kept.header.base).toBe(old)
    expect(readAll(old)).toEqual(entries(5_000, 20_001))
    expect(() => readAll(0)).toThrow(JournalDamaged)
    await written([entryAt(99)])
    expect(readAll(old)).toEqual([...entries(5_000, 20_001), entryAt(99)])
    expect(readdirSync(directory)).toEqual(['revocations'])
  })

  test('drops nothing where the disk takes only a part of what is to be kept', async () => {
    const [old = 0, end = 0] = await written(entries(20_000), entries(5_000, 20_001))
    const program = `
      import { readContents } from '${new URL('journal-contents.ts', import.meta.url).href}'
      import { dropOldEntries } from '${new URL('journal-file.ts', import.meta.url).href}'
      console.log(dropOldEntries('${path}', readContents('${path}'), 20_001).header.base)`
    // The limit on a file's size stands for a full disk: of what is written last the kernel takes a part.
    const limit = `trap '' XFSZ; ulimit -f ${Math.floor((end - old) / 1024)}`
    const command = `${limit}; exec "$0" --conditions=mintmark-source --input-type=module -e "$1"`
    // What Node keeps of compiled sources is larger than a file may be here.
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }
    const { stdout } = spawnSync('bash', ['-c', command, process.execPath, program], { env, encoding: 'utf8' })
    expect(stdout).toBe('0\n')
    expect(readAll(0)).toEqual(entries(25_000))
    expect(readdirSync(directory)).toEqual(['revocations'])
  })
})
