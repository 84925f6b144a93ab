import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from './config.ts'
import { openKeyring } from './open-keyring.ts'
import { givenKey, givenMember } from './storage/contract/storage-samples.ts'
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

const warnings: string[] = []
const open = (current: string | null, previous: string | null = null, announced: string[] = []) =>
  openKeyring(sqlite.storage, { current, previous }, createRandom(), {
    announce: (versions) => announced.push(...versions),
    warn: (message) => warnings.push(message),
  })

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
  const previous = open(files.first, join(directory, 'gone'))
  await expect(previous).rejects.toThrow(`MINTMARK_PREVIOUS_PEPPER_FILE: there is no ${directory}/gone.`)
})

test('the previous pepper is another one', async () => {
  copyFileSync(files.first, files.second)
  await expect(open(files.first, files.second)).rejects.toThrow(ConfigError)
  await expect(open(files.first, files.second)).rejects.toThrow(/^MINTMARK_PREVIOUS_PEPPER_FILE: .*leave it out/)
})

test('keys under a pepper that is not there are told of: they are refused', async () => {
  warnings.length = 0
  const { digesters } = await open(files.first)
  const { organizationId } = await givenMember(sqlite.storage)
  const pepperVersion = digesters.current.version
  const key = await givenKey(sqlite.storage, organizationId, {}, { pepperVersion })
  await open(files.second, files.first)
  expect(warnings).toEqual([])
  await open(files.second)
  expect(warnings).toEqual([
    expect.stringContaining(`1 secrets, under ${pepperVersion}. Name its file in MINTMARK_PREV`),
  ])
  const revocation = { atMs: nowMs, by: { type: 'system', id: 'test' }, reason: 'unused', comment: null } as const
  await sqlite.storage.transaction(organizationId, async ({ keys }) => keys.revoke(key.number, revocation))
  await open(files.second)
  expect(warnings).toHaveLength(1)
})
