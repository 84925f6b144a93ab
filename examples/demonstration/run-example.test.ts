import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

type Line = {
  readonly url: string
  readonly organizations: readonly {
    readonly id: string
    readonly people: readonly { readonly sessionToken: string }[]
  }[]
  readonly mintmark: { readonly url: string; readonly operatorKey: string }
}

const examples = join(import.meta.dirname, '..')
const main = (name: string): string => join(examples, name, 'main.ts')

/** Starts an example, lets `during` look at it, ends it. */
async function run(
  name: string,
  env: Record<string, string>,
  during: (line: Line) => Promise<void>,
  signal: NodeJS.Signals,
) {
  const child = spawn(process.execPath, ['--conditions=mintmark-source', main(name)], {
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'mintmark-compile-cache'), ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
  const ended = once(child, 'close')
  const lines = createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
  try {
    await Promise.race([once(lines, 'line'), ended])
    if (said[0] !== undefined) await during(JSON.parse(said[0]) as Line)
  } finally {
    child.kill(signal)
    await ended
  }
  return { exitCode: child.exitCode, said, words }
}

const status = async (url: string, key: string): Promise<number> =>
  (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).status
const isServed = async (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  )

describe.each(['align', 'aether365'])('running %s', { timeout: 120_000 }, (name) => {
  const temporary = mkdtempSync(join(tmpdir(), 'mintmark-demonstration-'))
  beforeAll(() => mkdirSync(join(temporary, 'temporary')))
  afterAll(() => rmSync(temporary, { recursive: true, force: true }))

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'is one line on stdout, and leaves nothing behind after %s',
    async (signal) => {
      const urls: string[] = []
      const folder = join(temporary, 'temporary')
      const during = async ({ url, organizations, mintmark, ...more }: Line): Promise<void> => {
        urls.push(url, mintmark.url)
        expect(more).toEqual({})
        expect(organizations.map(({ people }) => people.length > 0)).toEqual([true, true])
        expect(await status(`${mintmark.url}/v1/organizations`, mintmark.operatorKey)).toBe(200)
        expect(readdirSync(folder)).toHaveLength(1)
      }
      const { exitCode, said } = await run(name, { TMPDIR: folder }, during, signal)
      expect([exitCode, said.length]).toEqual([0, 1])
      expect(await Promise.all(urls.map(isServed))).toEqual([false, false])
      expect(readdirSync(folder)).toEqual([])
    },
  )

  test('on the same DATA_DIR again knows who was there, and no operator key of before', async () => {
    const dataDir = join(temporary, 'kept')
    const seen: Line[] = []
    const during = async (line: Line): Promise<void> => {
      seen.push(line)
      const { mintmark, organizations } = line
      const first = seen[0] ?? line
      const member = `${mintmark.url}/v1/me`
      expect(await status(member, organizations[0]?.people[0]?.sessionToken ?? '')).toBe(200)
      expect(await status(member, first.organizations[0]?.people[0]?.sessionToken ?? '')).toBe(200)
      expect(await status(member, first.mintmark.operatorKey)).toBe(line === first ? 200 : 401)
    }
    for (let start = 1; start <= 2; start += 1) {
      expect((await run(name, { DATA_DIR: dataDir }, during, 'SIGTERM')).exitCode).toBe(0)
    }
    expect(seen[1]?.organizations.map(({ id }) => id)).toEqual(seen[0]?.organizations.map(({ id }) => id))
    expect(existsSync(join(dataDir, `${name}.db`))).toBe(true)
  })

  test('where its port is taken says so, and ends', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { exitCode, said, words } = await run(name, { PORT: `${port}` }, async () => undefined, 'SIGTERM')
    server.close()
    expect([exitCode, said]).toEqual([1, []])
    expect(words).toContain(`${port}`)
  })
})
