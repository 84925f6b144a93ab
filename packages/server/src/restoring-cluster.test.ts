import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseChosenId } from '@mintmark/core'
import { Client } from 'pg'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { memoryDataDir, openMintmark, type OpenMintmark } from './create-mintmark.ts'
import { builtInContract } from '@mintmark/core'
import { hostCaller, type CallerIn } from './engine/caller.ts'
import { StoreUnavailable } from './engine/ports/unavailable.ts'
import { findPostgresProgram } from './testing/find-program.ts'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from './testing/servers.ts'

const origin = { requestId: 'test', ip: null }
const operator = hostCaller(null, origin)
const withinMs = 15_000

/** Nodes of one cluster, each with a data dir that outlives it, unless they share one. */
describeWithPostgresAndRedis('a database that is restored under several nodes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-cluster-'))
  const running = new Map<string, OpenMintmark>()
  let databaseUrl: string
  let redisUrl: string
  let round = 0

  beforeEach(async () => {
    round += 1
    databaseUrl = await testDatabaseUrl()
    redisUrl = await testRedisUrl()
    writeFileSync(join(directory, 'pepper'), randomBytes(32), { mode: 0o600 })
  })
  afterEach(async () => {
    for (const name of running.keys()) await stop(name)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  const journalOf = (name: string): string => join(directory, `${name}-${round}`)
  const start = async (name: string, journalFile = journalOf(name)): Promise<OpenMintmark> => {
    const options = { contract: builtInContract, dataDir: memoryDataDir, databaseUrl, redisUrl, journalFile }
    const pepperFile = join(directory, 'pepper')
    const node = await openMintmark({ ...options, pepperFile, log: { write: () => {} } })
    running.set(name, node)
    return node
  }
  const stop = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) {
      await running.get(name)?.close()
      running.delete(name)
    }
  }
  const run = async (program: 'pg_dump' | 'pg_restore', ...args: string[]): Promise<void> => {
    await promisify(execFile)(findPostgresProgram(program) ?? program, args)
  }
  const save = async (): Promise<void> => run('pg_dump', '--format=custom', `--file=${directory}/saved`, databaseUrl)
  /** Whole or not at all; under nodes that run, as often as the server takes one of their statements for a rival. */
  const putBack = async (): Promise<void> => {
    const options = ['--clean', '--if-exists', '--single-transaction', `--dbname=${databaseUrl}`]
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run('pg_restore', ...options, `${directory}/saved`)
      } catch (error) {
        if (attempt === 5 || !String(error).includes('deadlock detected')) throw error
      }
    }
  }

  /** Each has told the database how far it has come, and knows of the others. */
  const everyNodeHasSaid = async (): Promise<void> => {
    const seenAt = async (): Promise<readonly number[]> => {
      const client = new Client(databaseUrl)
      await client.connect()
      const { rows } = await client.query('select seen_at from journals order by id')
      await client.end()
      return rows.map((row) => Number(row.seen_at))
    }
    const before = await seenAt()
    const isLater = async (): Promise<boolean> => {
      const now = await seenAt()
      return now.length >= before.length && now.every((atMs, index) => atMs > (before[index] ?? 0))
    }
    await expect.poll(isLater, { timeout: withinMs, interval: 50 }).toBe(true)
  }

  const mint = async ({ engine }: OpenMintmark): Promise<{ readonly id: string; readonly key: string }> => {
    await engine.organizations.create(operator, { id: 'acme', name: 'Acme' }, null).catch(() => {})
    const input = { name: 'k', owner: 'organization', role: 'admin' } as const
    const { value } = await engine.keys.mint(inAcme, input, null)
    return { id: value.id, key: value.key ?? '' }
  }
  const reasonAt = async ({ engine }: OpenMintmark, key: string): Promise<string | null> => {
    try {
      return (await engine.verify({ key })).reason ?? 'accepted'
    } catch (error) {
      if (error instanceof StoreUnavailable) return 'unavailable'
      throw error
    }
  }
  const becomes = async (node: OpenMintmark, key: string, reason: string): Promise<void> => {
    await expect.poll(() => reasonAt(node, key), { timeout: withinMs, interval: 50 }).toBe(reason)
  }

  test('answers nothing until each journal has been replayed where it is', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const [kept, one, two] = [await mint(a), await mint(a), await mint(a)]
    await save()
    await a.engine.keys.revoke(inAcme, one.id, {}, null)
    await b.engine.keys.delete(inAcme, two.id)
    await stop('a', 'b')
    await putBack()
    const again = await start('a')
    for (const { key } of [kept, one, two]) expect(await reasonAt(again, key)).toBe('unavailable')
    expect(again.host.guard?.trouble).toContain('mintmark restore --accept')
    const other = await start('b')
    await becomes(again, kept.key, 'accepted')
    for (const node of [again, other]) {
      expect(await reasonAt(node, kept.key)).toBe('accepted')
      expect(await reasonAt(node, one.key)).toBe('key_revoked')
      expect(await reasonAt(node, two.key)).toBe('invalid_key')
    }
  })

  test('asks for a journal that the backup did not know yet', async () => {
    const a = await start('a')
    const kept = await mint(a)
    await save()
    const b = await start('b')
    const late = await mint(b)
    await b.engine.keys.revoke(inAcme, kept.id, {}, null)
    await everyNodeHasSaid()
    await stop('b', 'a')
    await putBack()
    const again = await start('a')
    expect(await reasonAt(again, kept.key)).toBe('unavailable')
    await start('b')
    await becomes(again, kept.key, 'key_revoked')
    expect(await reasonAt(again, late.key)).toBe('invalid_key')
  })

  test('is taken as it is where the operator says so, by every node', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const key = await mint(a)
    await save()
    await everyNodeHasSaid()
    await b.engine.keys.revoke(inAcme, key.id, {}, null)
    await stop('a', 'b')
    await putBack()
    rmSync(journalOf('b'))
    rmSync(`${journalOf('b')}.seen`)
    const again = await start('a')
    const newcomer = await start('b')
    expect(await reasonAt(again, key.key)).toBe('unavailable')
    expect(await reasonAt(newcomer, key.key)).toBe('unavailable')
    expect(await newcomer.host.guard?.accept()).toBe(true)
    await becomes(again, key.key, 'accepted')
    await becomes(newcomer, key.key, 'accepted')
    expect(await again.host.guard?.accept(), 'nothing is left to accept').toBe(false)
    await stop('a', 'b')
    expect(await reasonAt(await start('a'), key.key)).toBe('accepted')
  })

  test('while they run: they notice, and each ends again what it had ended', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const [one, two] = [await mint(a), await mint(a)]
    await save()
    await everyNodeHasSaid()
    await a.engine.keys.revoke(inAcme, one.id, {}, null)
    await b.engine.keys.revoke(inAcme, two.id, {}, null)
    await putBack()
    const heard = new Map<string, string[]>()
    await expect
      .poll(
        async () => {
          const now = []
          for (const [node, name] of [[a, 'a'] as const, [b, 'b'] as const]) {
            for (const { id, key } of [one, two]) {
              const reason = await reasonAt(node, key)
              const place = `${name} ${id}`
              heard.set(place, [...(heard.get(place) ?? []), reason ?? ''])
              now.push(reason)
            }
          }
          return now
        },
        { timeout: withinMs, interval: 20 },
      )
      .toEqual(Array(4).fill('key_revoked'))
    // Until they notice they know no better. From then on neither takes what either has ended.
    for (const [place, reasons] of heard) {
      const noticed = reasons.indexOf('unavailable')
      expect(reasons.slice(Math.max(noticed, 0)), place).not.toContain(noticed === -1 ? 'unavailable' : 'accepted')
    }
  })

  test('is no matter to a node that comes new while another runs, or back after it was alone', async () => {
    const a = await start('a')
    const key = await mint(a)
    const fresh = await start('fresh')
    expect(await reasonAt(fresh, key.key)).toBe('accepted')
    await stop('fresh', 'a')
    expect(await reasonAt(await start('a'), key.key)).toBe('accepted')
    await stop('a')
    const stranger = await start('stranger')
    expect(await reasonAt(stranger, key.key), 'nobody vouches, and no journal is here').toBe('unavailable')
    await start('a')
    await becomes(stranger, key.key, 'accepted')
  })

  test('nodes that share a place have a journal each, and each replays what the others left', async () => {
    const shared = journalOf('shared')
    const [a, b] = [await start('a', shared), await start('b', shared)]
    expect(existsSync(`${shared}.2`)).toBe(true)
    const [one, two] = [await mint(a), await mint(a)]
    await save()
    await a.engine.keys.revoke(inAcme, one.id, {}, null)
    await b.engine.keys.revoke(inAcme, two.id, {}, null)
    const linesOf = (path: string): number => readFileSync(path, 'latin1').trimEnd().split('\n').length
    expect([linesOf(shared), linesOf(`${shared}.2`)]).toEqual([2, 2])
    await stop('a', 'b')
    await putBack()
    const alone = await start('a', shared)
    expect(await reasonAt(alone, one.key)).toBe('key_revoked')
    expect(await reasonAt(alone, two.key)).toBe('key_revoked')
  })
})

const inAcme: CallerIn = callerIn('acme')

function callerIn(organization: string): CallerIn {
  const organizationId = parseChosenId('org', organization)
  if (organizationId === null) throw new Error(`${organization} is no id`)
  return { ...hostCaller(organizationId, origin), organizationId }
}
