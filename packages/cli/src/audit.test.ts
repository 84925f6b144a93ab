import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DatabaseSync } from 'node:sqlite'
import { createMintmark, hostCaller, readConfig, serve } from '@mintmark/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from './cli.ts'

let directory: string
let env: Record<string, string>

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-audit-'))
  env = { MINTMARK_DATA_DIR: join(directory, 'data'), MINTMARK_PORT: '0' }
  await act(async ({ engine }) => {
    for (const id of ['acme', 'zeta']) {
      await engine.organizations.create(host(), { id, name: id }, null)
      for (const user of ['ada', 'bob', 'eve']) await engine.members.sync(host(), id, user, { role: 'admin' })
    }
    await engine.operatorKeys.create(host(), { name: 'backend' }, null)
  })
})

afterEach(() => rmSync(directory, { recursive: true }))

const host = () => hostCaller(null, { requestId: 'test', ip: null })

async function act(work: (mintmark: Awaited<ReturnType<typeof createMintmark>>) => Promise<unknown>): Promise<void> {
  const mintmark = await createMintmark({ dataDir: join(directory, 'data'), log: { write: () => {} } })
  await work(mintmark)
  await mintmark.close()
}

async function run(...args: readonly string[]) {
  let [stdout, stderr] = ['', '']
  const exitCode = await runCli(['audit', ...args], {
    env,
    stdin: Readable.from([]),
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  })
  return { exitCode, stdout, stderr }
}

/** By hand, with the server down and its triggers out of the way. */
function tamper(...texts: readonly string[]): void {
  const database = new DatabaseSync(join(directory, 'data', 'mintmark.db'))
  for (const { name } of database.prepare("select name from sqlite_master where type = 'trigger'").all()) {
    database.exec(`drop trigger ${String(name)}`)
  }
  for (const text of texts) database.exec(text)
  database.close()
}

const whole = { exitCode: 0, stderr: '' }

describe('audit check', () => {
  test('walks the chain of the installation and of every organization, with a server and without one', async () => {
    const expected = (installation: number) => {
      return { ...whole, stdout: `acme  4\ninstallation  ${installation}\nzeta  4\n` }
    }
    expect(await run('check')).toEqual(expected(1))
    const served = await serve(readConfig(env))
    // It made a set-up link, for nobody can sign in.
    expect(await run('check')).toEqual(expected(2))
    await served.drain()
  })

  test('names the first bad event of each chain, and fails', async () => {
    tamper(
      `update audit_events set actor_id = 'nobody' where chain = 'zeta' and sequence = 3`,
      `delete from audit_events where chain = 'acme' and sequence = 2`,
    )
    const checked = await run('check')
    expect(checked.stdout).toMatch(
      /^acme {2}2 {2}missing_event .*\ninstallation {2}1\nzeta {2}3 {2}columns_altered .*\n$/,
    )
    expect(checked).toMatchObject({ exitCode: 1, stderr: '2 of 3 chains are not whole.\n' })
    const { stdout, exitCode } = await run('check', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      chains: [
        { chain: 'acme', whole: false, sequence: 2, fault: 'missing_event', message: expect.any(String) },
        { chain: 'installation', whole: true, checked: 1 },
        { chain: 'zeta', whole: false, sequence: 3, fault: 'columns_altered', message: expect.any(String) },
      ],
    })
    expect(await run('check', '--chain', 'installation')).toEqual({ ...whole, stdout: 'installation  1\n' })
    expect(await run('check', '--chain', 'zeta', '--from', '4')).toEqual({ ...whole, stdout: 'zeta  1\n' })
    expect(await run('check', '--chain', 'zeta', '--from', '3')).toMatchObject({ exitCode: 1 })
  })

  test('misses a chain that is gone altogether, of an organization that is there', async () => {
    tamper(`delete from audit_events where chain = 'acme'`, `delete from audit_heads where chain = 'acme'`)
    tamper(
      `delete from audit_events where chain = 'installation'`,
      `delete from audit_heads where chain = 'installation'`,
    )
    const { exitCode, stdout } = await run('check')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^acme {2}1 {2}missing_event .*\ninstallation {2}1 {2}missing_event .*\nzeta {2}4\n$/)
  })

  test.each([
    [['--chain', 'absent'], 1],
    [['--chain', 'a b'], 1],
    [['--from', '2'], 2],
    [['--chain', 'acme', '--from', '0'], 2],
    [['--chain', 'acme', '--from', '99'], 1],
    [['--heads', '/nowhere'], 2],
    [['--heads', '/dev/null'], 2],
  ])('refuses %j', async (args, exitCode) => {
    const refused = await run('check', ...args)
    expect(refused).toMatchObject({ exitCode, stdout: '' })
    expect(refused.stderr).not.toBe('')
  })
})

describe('audit head', () => {
  test('prints where every chain ends, or one', async () => {
    const { stdout, exitCode } = await run('head')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^acme {2}4 {2}[0-9a-f]{64}\ninstallation {2}1 {2}[0-9a-f]{64}\nzeta {2}4 {2}[0-9a-f]{64}\n$/,
    )
    const one = await run('head', '--chain', 'zeta', '--json')
    expect(JSON.parse(one.stdout)).toEqual([{ chain: 'zeta', sequence: 4, digest: stdout.trim().slice(-64) }])
    expect(await run('head', '--chain', 'absent')).toMatchObject({ exitCode: 1, stdout: '' })
  })

  test.each([['as lines'], ['as JSON', '--json']])(
    '%s, kept elsewhere, shows what a chain by itself does not',
    async (_, ...flags) => {
      const heads = join(directory, 'elsewhere', 'heads')
      mkdirSync(join(directory, 'elsewhere'))
      writeFileSync(heads, (await run('head', ...flags)).stdout)
      const check = () => run('check', '--heads', heads)
      expect(await check()).toMatchObject(whole)
      // What happens later is no matter; that an organization was deleted is said by the installation's own chain.
      await act(async ({ engine }) => {
        await engine.members.sync(host(), 'acme', 'joe', { role: 'admin' })
        await engine.organizations.delete(host(), 'zeta')
        await engine.organizations.create(host(), { id: 'zeta', name: 'again' }, null)
      })
      expect(await check()).toEqual({ ...whole, stdout: 'acme  5\ninstallation  2\nzeta  1\nzeta  deleted\n' })

      tamper(
        `delete from audit_events where chain = 'acme' and sequence > 2`,
        `update audit_heads set sequence = 2, digest = (select digest from audit_events where chain = 'acme' and sequence = 2) where chain = 'acme'`,
      )
      expect((await run('check')).exitCode).toBe(0)
      expect(await check()).toEqual({
        exitCode: 1,
        stdout: 'acme  2\ninstallation  2\nzeta  1\nacme  3  truncated\nzeta  deleted\n',
        stderr: '1 of 3 kept heads are not met.\n',
      })
      writeFileSync(heads, readFileSync(heads, 'utf8').replace(/[0-9a-f]{64}/g, '0'.repeat(64)))
      expect((await check()).stdout).toContain('installation  1  differs\n')
    },
  )
})
