import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findPostgresProgram } from '../packages/server/src/testing/find-program.ts'
import { ordinaryRole } from '../packages/server/src/testing/ordinary-role.ts'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { call, expectCall, type Answer } from './testing/client.ts'
import { codeBlocks } from './testing/code-blocks.ts'
import { contractEnv } from './testing/contract-file.ts'
import { createOrganization, startCluster, startEmbedded, type Installation } from './testing/installation.ts'
import { Ledger } from './testing/ledger.ts'
import { MutatingClient } from './testing/mutating-client.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { contradictionsIn, lossesFrom } from './testing/stored-faults.ts'
import { readPostgres, readSqlite, type Stored } from './testing/stored.ts'
import { inParallel } from './testing/tally.ts'

const run = promisify(execFile)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The README's own lines: back up and restore SQLite, the same of PostgreSQL, accept. */
const [sqliteBackup, sqliteRestore, postgresBackup, postgresRestore, acceptance] = codeBlocks(
  readFileSync(join(root, 'README.md'), 'utf8'),
)
  .filter(({ language }) => language === 'bash')
  .map(({ text }) => text)

const rounds = count(1, 20)
const workers = 4
/** Many processes are started one after another. */
const patientMs = 180_000
const env = contractEnv({ minting: { perMemberPerDay: 10_000, activePerMember: 100_000 } })

/** An installation with the lines that a reader would use to back it up. */
type Backed = {
  readonly installation: Installation
  readonly backUp: () => Promise<void>
  readonly restore: () => Promise<void>
  /** What is in the backup about one organization. */
  readonly read: (organizationId: string) => Promise<Stored>
  remove(): Promise<void>
}

/** Runs lines of the README in a shell, as the first node's administrator. */
async function runLines(lines: string | undefined, env: Readonly<Record<string, string>>): Promise<string> {
  if (lines === undefined) throw new Error('The README has no such lines')
  // The sources stand in for the built package, which a fresh clone has and a test run need not.
  const npx = `npx() { shift; "${process.execPath}" --conditions=mintmark-source "${root}/packages/cli/src/main.ts" "$@"; }`
  const programs = dirname(findPostgresProgram('pg_dump') ?? '')
  const PATH = [programs, process.env['PATH'] ?? ''].join(delimiter)
  const { stderr } = await run('bash', ['-eu', '-c', `${npx}\n${lines}`], { env: { ...env, PATH } })
  return stderr
}

describe('restoring on SQLite', () => {
  suite(async () => {
    const installation = await startEmbedded({ env })
    const BACKUPS = mkdtempSync(join(tmpdir(), 'mintmark-backups-'))
    const environment = { ...installation.nodes[0]?.env, BACKUPS }
    const file = join(BACKUPS, 'mintmark.db')
    return {
      installation,
      async backUp() {
        rmSync(file, { force: true })
        await runLines(sqliteBackup, environment)
        if ((statSync(file).mode & 0o777) !== 0o600) throw new Error('Others may read the backup')
      },
      restore: async () => void (await runLines(sqliteRestore, environment)),
      read: async (organizationId) => readSqlite(file, organizationId),
      async remove() {
        await installation.remove()
        rmSync(BACKUPS, { recursive: true })
      },
    }
  })
})

describeWithPostgresAndRedis('restoring on PostgreSQL, two nodes, by a role that row-level security binds', () => {
  suite(async () => {
    const role = await ordinaryRole(await testDatabaseUrl())
    const installation = await startCluster({
      nodeCount: 2,
      databaseUrl: role.url,
      redisUrl: await testRedisUrl(),
      env,
    })
    const BACKUPS = mkdtempSync(join(tmpdir(), 'mintmark-backups-'))
    const environment = { ...installation.nodes[0]?.env, BACKUPS }
    return {
      installation,
      backUp: async () => void (await runLines(postgresBackup, environment)),
      restore: async () => void (await runLines(postgresRestore, environment)),
      async read(organizationId) {
        const elsewhere = await testDatabaseUrl()
        await runLines(postgresRestore?.replace('--clean --if-exists ', '--no-owner '), {
          BACKUPS,
          MINTMARK_DATABASE_URL: elsewhere,
        })
        return readPostgres(elsewhere, organizationId)
      },
      async remove() {
        await installation.remove()
        await role.drop()
        rmSync(BACKUPS, { recursive: true })
      },
    }
  })
})

function suite(open: () => Promise<Backed>): void {
  let backed: Backed
  let installation: Installation

  beforeEach(async () => {
    backed = await open()
    ;({ installation } = backed)
  })
  afterEach(() => backed.remove())

  const startAll = async (): Promise<void> => {
    await Promise.all(installation.nodes.map((node) => node.start()))
    for (const { url } of installation.nodes) {
      await until(async () => ((await call(url, 'GET', '/readyz')).status === 200 ? true : null))
    }
  }
  const killAll = async (): Promise<void> => {
    await Promise.all(installation.nodes.map((node) => node.kill()))
  }
  const ask = async (url: string, key: string): Promise<Answer> =>
    call(url, 'POST', '/v1/verify', { key: installation.operatorKey, body: { key } })
  const reasonsOf = async (key: string): Promise<readonly unknown[]> => {
    const answers = await Promise.all(installation.nodes.map(({ url }) => ask(url, key)))
    return [...new Set(answers.map(({ body }) => body.reason))]
  }

  /** An organization's admin, who mints and ends. */
  async function createAdmin() {
    const organization = await createOrganization(installation)
    const headers = organization.acting(organization.userIds['admin'])
    const key = installation.operatorKey
    const send = async (turn: number, status: number, method: string, path: string, body?: object) => {
      const { url } = installation.nodes[turn % installation.nodes.length] ?? installation
      return expectCall(status, url, method, path, { key, headers, ...(body && { body }) })
    }
    const mint = async (name: string): Promise<{ readonly path: string; readonly key: string }> => {
      const minted = await send(0, 201, 'POST', '/v1/api-keys', { name })
      return { path: `/v1/api-keys/${minted.id}`, key: minted.key }
    }
    const sessionBody = { organizationId: organization.id, userId: organization.userIds['admin'] }
    const { token } = await expectCall(201, installation.url, 'POST', '/v1/sessions', { key, body: sessionBody })
    return { send, mint, token: String(token) }
  }

  test(
    'backup, revoke, delete, rotate, restore: still refused, on every node, by the lines of the README',
    { timeout: patientMs },
    async () => {
      const { send, mint, token } = await createAdmin()
      const [kept, rotated] = [await mint('kept'), await mint('rotated')]
      const [revoked, deleted] = [
        [await mint('r0'), await mint('r1')],
        [await mint('d0'), await mint('d1')],
      ]
      await backed.backUp()
      const since = await mint('since')
      for (const turn of [0, 1]) {
        await send(turn, 200, 'POST', `${revoked[turn]?.path}/revoke`, {})
        await send(turn, 204, 'DELETE', deleted[turn]?.path ?? '')
      }
      await send(1, 201, 'POST', `${rotated.path}/rotate`, { overlapSeconds: 0 })
      await killAll()
      await backed.restore()
      for (const start of ['the first start', 'the second start']) {
        await startAll()
        expect(await reasonsOf(kept.key), start).toEqual([null])
        for (const { key } of revoked) expect(await reasonsOf(key), start).toEqual(['key_revoked'])
        for (const { key } of [...deleted, since]) expect(await reasonsOf(key), start).toEqual(['invalid_key'])
        expect(await reasonsOf(rotated.key), start).toEqual(['key_revoked'])
        expect(await reasonsOf(token), start).toEqual(['session_expired'])
        await killAll()
      }
      await runLines('npx mintmark audit check', { ...installation.nodes[0]?.env })
    },
  )

  test(
    'without the journal: refused until the operator accepts, by the line of the README',
    { timeout: patientMs },
    async () => {
      const { send, mint } = await createAdmin()
      const [kept, revoked] = [await mint('kept'), await mint('revoked')]
      await backed.backUp()
      await send(0, 200, 'POST', `${revoked.path}/revoke`, {})
      await killAll()
      await backed.restore()
      for (const { dataDir } of installation.nodes) {
        for (const suffix of ['', '.seen']) rmSync(join(dataDir, `revocations${suffix}`), { force: true })
      }
      await Promise.all(installation.nodes.map((node) => node.start()))
      for (const { url } of installation.nodes) {
        for (const { key } of [kept, revoked]) expect((await ask(url, key)).status).toBe(503)
        const ready = await call(url, 'GET', '/readyz')
        expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('mintmark restore --accept')])
      }
      for (const node of installation.nodes)
        expect(node.log()).toContain(`back at ${join(node.dataDir, 'revocations')}`)
      expect(await runLines(acceptance, { ...installation.nodes[0]?.env })).toContain('Accepted')
      for (const { url } of installation.nodes) {
        await until(async () => ((await call(url, 'GET', '/readyz')).status === 200 ? true : null))
      }
      expect(await reasonsOf(kept.key)).toEqual([null])
      // What the operator took upon himself.
      expect(await reasonsOf(revoked.key)).toEqual([null])
      await send(1, 200, 'POST', `${revoked.path}/revoke`, {})
      expect(await reasonsOf(revoked.key)).toEqual(['key_revoked'])
    },
  )

  test(
    `a backup amid mints, rotations, revocations and deletions is whole: ${rounds} times`,
    { timeout: patientMs + rounds * 20_000 },
    async () => {
      const client = await MutatingClient.create(installation)
      const over = new AbortController()
      const working = inParallel(workers, async (turn) => client.work(turn, over.signal))
      for (let round = 0; round < rounds; round += 1) {
        const before = structuredClone(client.ledger.keys)
        await until(async () => (client.ledger.keys.length > before.length + workers ? true : null))
        await backed.backUp()
        const stored = await backed.read(client.ledger.organizationId)
        expect(contradictionsIn(stored, client.ledger.organizationId)).toEqual([])
        // Nothing that was acknowledged before it began is missing, but what was deleted meanwhile.
        const deleted = new Set(
          client.ledger.keys.filter(({ deletion }) => deletion !== 'none').map(({ name }) => name),
        )
        const keys = before.filter(({ name }) => !deleted.has(name))
        const ledger = new Ledger(client.ledger.organizationId)
        ledger.keys.push(...keys)
        const losses = lossesFrom(stored, ledger)
        expect(losses.filter((fault) => fault.endsWith('is lost'))).toEqual([])
      }
      over.abort()
      await working
    },
  )
}
