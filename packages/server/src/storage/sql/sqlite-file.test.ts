import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { givenKey, givenMember } from '../contract/storage-samples.ts'
import { DatabaseInUse } from './database-in-use.ts'
import { openSqlite } from './sqlite.ts'
import type { SqliteStorage } from './sqlite.ts'
import { gapOf } from './sqlite-page.ts'

const writer = new URL('../contract/sqlite-writer.ts', import.meta.url).pathname

describe('a SQLite file', () => {
  let directory: string
  let file: string
  const open = async (path = file): Promise<SqliteStorage> =>
    openSqlite({
      file: path,
      clock: { nowMs: Date.now },
      random: randomBytes,
      onFatal: (error) => {
        throw error
      },
    })
  /** All bytes of the database and whatever stands beside it. */
  const everyByte = (): Buffer =>
    Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))))

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mintmark-sqlite-'))
    file = join(directory, 'mintmark.db')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  test('is made for its owner’s eyes only, and runs with durable settings', async () => {
    const opened = await open()
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077).toBe(0)
    const setting = (name: string): unknown => Object.values(opened.database.prepare(`pragma ${name}`).get() ?? {})[0]
    expect(setting('journal_mode')).toBe('wal')
    expect(setting('synchronous')).toBe(2)
    expect(setting('foreign_keys')).toBe(1)
    expect(setting('secure_delete')).toBe(1)
    expect(setting('locking_mode')).toBe('exclusive')
    expect(setting('trusted_schema')).toBe(0)
    await opened.close()
  })

  test('belongs to one connection: a second one is refused quickly, in this process and by another name', async () => {
    const opened = await open()
    const link = join(directory, 'other-name.db')
    symlinkSync(file, link)
    const startedMs = performance.now()
    await expect(open()).rejects.toThrow(DatabaseInUse)
    await expect(open(link)).rejects.toThrow(DatabaseInUse)
    expect(performance.now() - startedMs).toBeLessThan(500)
    await givenMember(opened.storage)
    await opened.close()
    await (await open()).close()
  })

  test('belongs to one process: a second one is refused, and gets it when the first is killed', async () => {
    const child = startWriter(file, {})
    await child.acknowledged(1)
    await expect(open()).rejects.toThrow(DatabaseInUse)
    const names = await child.kill()
    const opened = await open()
    const found = opened.database.prepare('select name from organizations').all()
    expect(found.map((row) => row['name'])).toEqual(expect.arrayContaining(names))
    await opened.close()
  })

  test('keeps all that was acknowledged before a write failed, and ends the process at that', async () => {
    const child = startWriter(file, { maxFileKiB: 2_048 })
    const names = await child.ended()
    expect(child.output()).toContain('fatal')
    expect(child.output()).not.toContain('acknowledged after fatal')
    const opened = await open()
    const found = opened.database.prepare('select name from organizations').all()
    expect(found.map((row) => row['name'])).toEqual(expect.arrayContaining(names))
    expect(names.length).toBeGreaterThan(10)
    await opened.close()
  })

  test('has no byte of what was deleted once the deletion is acknowledged, in file or log', async () => {
    const canary = `canary-${randomBytes(12).toString('hex')}`
    const opened = await open()
    const { organizationId } = await givenMember(opened.storage)
    const made = []
    for (let index = 0; index < 50; index += 1) {
      made.push(await givenKey(opened.storage, organizationId, { name: `${canary}-${index}`, metadata: { a: canary } }))
    }
    expect(everyByte().includes(canary)).toBe(true)
    for (const key of made) {
      await opened.storage.transaction(organizationId, async ({ keys }) => keys.delete(key.number))
    }
    expect(everyByte().includes(canary)).toBe(false)
    await opened.close()
  })

  test('has none of it either where it lay before SQLite moved it, whichever process deleted it', async () => {
    const canary = `canary-${randomBytes(12).toString('hex')}`
    await (await open()).close()
    const bytes = readFileSync(file)
    const page = bytes.subarray(4_096, 8_192)
    page.write(canary, gapOf(page, 0, 4_096)?.start ?? 0)
    writeFileSync(file, bytes)
    const opened = await open()
    await expect.poll(() => everyByte().includes(canary)).toBe(false)
    expect(opened.database.findDamage()).toEqual([])
    await opened.close()
  })

  test('has no byte of an erased organization either', async () => {
    const canary = `canary-${randomBytes(12).toString('hex')}`
    const opened = await open()
    const { organizationId, userId } = await givenMember(opened.storage)
    await opened.storage.transaction(organizationId, async ({ members, organizations }) => {
      await members.update(organizationId, userId, { email: `${canary}@example.test` })
      await organizations.update(organizationId, { name: canary })
    })
    expect(everyByte().includes(canary)).toBe(true)
    await opened.storage.transaction('every-organization', async ({ organizations }) =>
      organizations.delete(organizationId),
    )
    expect(everyByte().includes(canary)).toBe(false)
    await opened.close()
  })

  test('that is damaged, cut off, or something else, is not opened', async () => {
    const opened = await open()
    for (let index = 0; index < 20; index += 1) await givenMember(opened.storage)
    expect(opened.database.findDamage()).toEqual([])
    await opened.close()
    const whole = readFileSync(file)
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 8_192, 40_960)
    writeFileSync(file, damaged)
    await expect(open()).rejects.toThrow(/damaged|malformed/)
    writeFileSync(file, whole)
    truncateSync(file, 100_000)
    await expect(open()).rejects.toThrow(/damaged|malformed/)
    writeFileSync(file, 'not a database at all, but long enough to be looked at'.repeat(100))
    await expect(open()).rejects.toThrow('not a database')
  })
})

/** Another process that adds organizations for as long as it lives, each named on stdout once it is acknowledged. */
function startWriter(file: string, limits: { readonly maxFileKiB?: number }) {
  const limit = limits.maxFileKiB === undefined ? '' : `trap '' XFSZ; ulimit -f ${limits.maxFileKiB};`
  const command = `${limit} exec "$0" --conditions=mintmark-source "$1" "$2"`
  const child = spawn('bash', ['-c', command, process.execPath, writer, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const names = (): string[] => output.match(/^writer-\d+$/gm) ?? []
  return {
    output: () => output,
    acknowledged: async (count: number): Promise<void> => {
      while (names().length < count) await once(child.stdout, 'data')
    },
    ended: async (): Promise<string[]> => {
      await ended
      return names()
    },
    kill: async (): Promise<string[]> => {
      child.kill('SIGKILL')
      await ended
      return names()
    },
  }
}
