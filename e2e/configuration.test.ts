import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { runMintmark, ServedNode } from './testing/served-node.ts'

let root: string
let dataDir: string
let dataDirCount = 0

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mintmark-configuration-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeEach(() => {
  dataDirCount += 1
  dataDir = join(root, `data-${dataDirCount}`)
})

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(root, `${randomBytes(4).toString('hex')}-${name}`)
  writeFileSync(path, content, { mode })
  chmodSync(path, mode)
  return path
}

async function start(env: Readonly<Record<string, string>>) {
  return runMintmark(['serve'], { MINTMARK_PORT: '0', MINTMARK_DATA_DIR: dataDir, ...env })
}

/** Exit 78, nothing on stdout, and on stderr one line a mistake, in any order, beside lines of the log. */
async function expectMistakes(env: Readonly<Record<string, string>>, named: string | readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await start(env)
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 78, stdout: '', stderr: expect.any(String) })
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
  const names = [named].flat()
  expect(lines).toHaveLength(names.length)
  for (const name of names) expect(lines).toContainEqual(expect.stringContaining(name))
}

describe('a mistake of configuration', () => {
  test('of the environment is told together with all others, and nothing is made', async () => {
    await expectMistakes(
      {
        MINTMARK_PORT: 'http',
        MINTMARK_PUBLIC_URL: 'keys.example.com',
        MINTMARK_DATABASE_URL: 'mysql://me:hunter2@localhost/keys',
        MINTMARK_REDIS_URL: 'localhost:6379',
        MINTMARK_CONTRACT: join(root, 'nowhere.json'),
        MINTMARK_WHEN_LIMITER_UNAVAILABLE: 'allow',
        MINTMARK_TRUSTED_PROXIES: '10.0.0.0/33, all',
        MINTMARK_PEPER_FILE: '/run/secrets/pepper',
      },
      [
        'MINTMARK_PORT: "http"',
        'MINTMARK_PUBLIC_URL',
        'MINTMARK_DATABASE_URL',
        'MINTMARK_REDIS_URL',
        'MINTMARK_CONTRACT',
        'MINTMARK_WHEN_LIMITER_UNAVAILABLE: "allow"',
        'MINTMARK_TRUSTED_PROXIES: "10.0.0.0/33"',
        'MINTMARK_TRUSTED_PROXIES: "all"',
        'MINTMARK_PEPER_FILE: there is no such variable. Did you mean MINTMARK_PEPPER_FILE?',
      ],
    )
    expect(existsSync(dataDir)).toBe(false)
  })

  test('tells no password', async () => {
    const { stderr } = await start({ MINTMARK_DATABASE_URL: 'mysql://me:hunter2@localhost/keys' })
    expect(stderr).toContain('MINTMARK_DATABASE_URL')
    expect(stderr).not.toContain('hunter2')
  })

  test('of the contract is told with its place, each', async () => {
    const contract = file(
      'contract.json',
      JSON.stringify({
        keys: { prefixes: { live: 'sk_live_' } },
        roles: { admin: ['sites:raed'] },
        defaultTier: 'gold',
        teirs: {},
      }),
    )
    await expectMistakes({ MINTMARK_CONTRACT: contract }, [
      `${contract}: keys.prefixes.live: `,
      `${contract}: roles.admin`,
      `${contract}: defaultTier: `,
      `${contract}: teirs`,
    ])
  })

  test('of the contract is told where it is no JSON', async () => {
    const contract = file('contract.json', '{"name": "Example",}')
    await expectMistakes({ MINTMARK_CONTRACT: contract }, contract)
  })

  test('is a port on which another process listens, or a host that is none of this machine', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    await expectMistakes({ MINTMARK_PORT: port }, `MINTMARK_PORT: another process listens on ${port}`)
    other.close()
    await expectMistakes({ MINTMARK_HOST: '192.0.2.1' }, 'MINTMARK_HOST: 192.0.2.1')
  })

  test('is a data dir that cannot be one', async () => {
    await expectMistakes({ MINTMARK_DATA_DIR: file('data', '') }, 'MINTMARK_DATA_DIR')
    await expectMistakes({ MINTMARK_DATA_DIR: join(root, 'd'.repeat(100)) }, 'MINTMARK_DATA_DIR')
  })

  test('is a data dir that another server owns', async () => {
    const node = await ServedNode.start({ dataDir })
    await expectMistakes({}, 'mintmark.db')
    await node.remove()
  })

  test('is a pepper that is none', async () => {
    const short = file('short', randomBytes(31))
    await expectMistakes({ MINTMARK_PEPPER_FILE: short }, `${short}: a pepper has 32 random bytes or more`)
    const open = file('open', randomBytes(32), 0o644)
    await expectMistakes({ MINTMARK_PEPPER_FILE: open }, `${open}: others can read the pepper`)
    mkdirSync(join(root, 'directory'), { mode: 0o700, recursive: true })
    await expectMistakes({ MINTMARK_PEPPER_FILE: join(root, 'directory') }, join(root, 'directory'))
    const nowhere = join(root, 'no', 'where')
    await expectMistakes({ MINTMARK_PEPPER_FILE: nowhere }, nowhere)
  })

  test('is a pepper that is missing beside an old database, or another one', async () => {
    const node = await ServedNode.start({ dataDir })
    await node.stop()
    const pepper = join(dataDir, 'pepper')
    rmSync(pepper)
    await expectMistakes({}, `${pepper}: the pepper is missing`)
    expect(readdirSync(dataDir)).not.toContain('pepper')
    const other = file('other', randomBytes(32))
    await expectMistakes({ MINTMARK_PEPPER_FILE: other }, `${other}: this database was made with another pepper`)
    const gone = join(root, 'gone')
    await expectMistakes({ MINTMARK_PEPPER_FILE: other, MINTMARK_PREVIOUS_PEPPER_FILE: gone }, gone)
    await node.remove()
  })
})

describeWithPostgresAndRedis('a mistake of configuration, of a node beside others', () => {
  let databaseUrl: string
  let redisUrl: string
  beforeEach(async () => {
    databaseUrl = await testDatabaseUrl()
    redisUrl = await testRedisUrl()
  })

  test('is another pepper than theirs', async () => {
    const env = { MINTMARK_DATABASE_URL: databaseUrl, MINTMARK_REDIS_URL: redisUrl }
    const node = await ServedNode.start({ env })
    const pepper = join(dataDir, 'pepper')
    await expectMistakes(env, `${pepper}: the pepper is missing`)
    const other = file('other', randomBytes(32))
    await expectMistakes(
      { ...env, MINTMARK_PEPPER_FILE: other },
      `${other}: this database was made with another pepper`,
    )
    await node.remove()
  })

  test('is a database that PostgreSQL does not have', async () => {
    const url = new URL(databaseUrl)
    url.pathname = '/no_such_database'
    await expectMistakes(
      { MINTMARK_DATABASE_URL: url.href },
      'MINTMARK_DATABASE_URL: database "no_such_database" does not exist',
    )
  })

  test('is to share their windows, or not, without saying so', async () => {
    const alone = await ServedNode.start({ env: { MINTMARK_DATABASE_URL: databaseUrl } })
    const pepper = { MINTMARK_PEPPER_FILE: join(alone.dataDir, 'pepper') }
    await expectMistakes({ MINTMARK_DATABASE_URL: databaseUrl, ...pepper }, 'MINTMARK_REDIS_URL')
    await expectMistakes(
      { MINTMARK_DATABASE_URL: databaseUrl, MINTMARK_REDIS_URL: redisUrl, ...pepper },
      'MINTMARK_REDIS_URL',
    )
    await alone.remove()
  })
})

test('a database that does not answer is no mistake of configuration: exit 1, and a sentence', async () => {
  const { exitCode, stdout, stderr } = await start({
    MINTMARK_DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:9/keys',
  })
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toMatch(/^The database does not answer\..*MINTMARK_DATABASE_URL.*\n$/)
})
