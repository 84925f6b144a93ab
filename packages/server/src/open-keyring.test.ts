import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyring } from './open-keyring.ts'
import { openSqlite, type SqliteStorage } from './storage/sql/sqlite.ts'
import { createRandom } from './system.ts'

let directory: string
let sqlite: SqliteStorage
let nowMs = 1_000
const files: Record<'first' | 'second' | 'third', string> = { first: '', second: '', third: '' }

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-keyring-'))
  for (const name of ['first', 'second', 'third'] as const) {
    files[name] = join(directory, name)
    writeFileSync(files[name], randomBytes(32), { mode: 0o600 })
  }
  const clock = { nowMs: () => (nowMs += 1) }
  sqlite = await openSqlite({ file: ':memory:', clock, random: createRandom(), onFatal: () => {} })
})
afterEach(async () => {
  await sqlite.close()
  rmSync(directory, { recursive: true })
})

const open = (current: string | null, previous: string | null = null, announced: string[] = []) =>
  openKeyring(sqlite.storage, { current, previous }, createRandom(), (versions) => announced.push(...versions))

test('the first pepper is whatever is given, or made', async () => {
  expect((await open(files.first)).rekeys).toBe(false)
  await expect(open(null)).rejects.toThrow('made with another pepper')
})

test('is told of every pepper that it has, before it can digest with it', async () => {
  await open(files.first)
  const announced: string[] = []
  const { digesters } = await open(files.second, files.first, announced)
  expect(announced).toEqual([digesters.current.version, digesters.previous?.version])
})

test('a pepper that the database never knew is refused; so is one that it has gone on from', async () => {
  await open(files.first)
  await expect(open(files.second)).rejects.toThrow('made with another pepper')
  await open(files.second, files.first)
  await expect(open(files.first)).rejects.toThrow('gone on to another pepper')
  await expect(open(files.third, files.first)).rejects.toThrow('gone on to another pepper')
  await expect(open(files.third)).rejects.toThrow('made with another pepper')
  await open(files.second)
  await open(files.third, files.second)
})

test('secrets are re-keyed forwards alone: not by a node that is only prepared for the next pepper', async () => {
  await open(files.first)
  const prepared = await open(files.first, files.second)
  expect(prepared.rekeys).toBe(false)
  expect((await open(files.second, files.first)).rekeys).toBe(true)
  expect((await open(files.second, files.first)).rekeys).toBe(true)
  const left = await open(files.first, files.second)
  expect(left.rekeys).toBe(false)
})

test('a missing file is named, whichever it is', async () => {
  await open(files.first)
  await expect(open(join(directory, 'gone'))).rejects.toThrow(`${directory}/gone: the pepper is missing`)
  await expect(open(files.first, join(directory, 'gone'))).rejects.toThrow(`${directory}/gone: the pepper is missing`)
})
