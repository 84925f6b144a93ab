import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { call } from './testing/client.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { count, isRelease } from '../packages/server/src/testing/scale.ts'
import { openFiles, startSlowClient, type SlowClient, type Slowness } from './testing/slow-client.ts'

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
const post = (path: string, more: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}\r\n`

const attackers: Readonly<Record<string, Slowness>> = {
  'says nothing': { first: '', drip: null },
  'stops within its headers': { first: 'GET /healthz HTTP/1.1\r\nHost: x\r\n', drip: null },
  'sends its headers one by one': { first: 'GET /healthz HTTP/1.1\r\nHost: x\r\n', drip: 'X-More: x\r\n' },
  'sends one header byte by byte': { first: 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-More: ', drip: 'x' },
  'stops within its body': { first: post('/v1/verify', 'Content-Length: 1000\r\n'), drip: null },
  'sends its body byte by byte to verify': { first: `${post('/v1/verify', 'Content-Length: 1000\r\n')}{`, drip: ' ' },
  'sends its body byte by byte': { first: `${post('/v1/organizations', 'Content-Length: 1000\r\n')}{`, drip: ' ' },
  'sends its body in chunks': { first: post('/v1/api-keys', 'Transfer-Encoding: chunked\r\n'), drip: '1\r\n \r\n' },
  'reads nothing of much': { first: get('/openapi.json').repeat(32), drip: null, isDeaf: true },
  'asks more and reads nothing': { first: get('/openapi.json'), drip: get('/openapi.json'), isDeaf: true },
  'asks without end and reads nothing': { first: '', drip: get('/openapi.json').repeat(100), isDeaf: true },
  'sends no HTTP, and stays': { first: '\0\0\r\n\r\n', drip: null },
}

const idleConnections = count(1_000, 10_000)

/** Idle connections are kept for 65 s: for proxies, which do not like theirs to be closed. */
const idle: Slowness = { first: get('/healthz'), drip: null }

describe.runIf(process.platform === 'linux')('slow clients', () => {
  let installation: Installation
  let clients: SlowClient[]

  beforeAll(async () => {
    installation = await startEmbedded()
  })
  afterAll(() => installation.remove())
  beforeEach(() => {
    clients = []
  })
  afterEach(() => {
    for (const client of clients) client.end()
  })

  const pid = (): number => installation.nodes[0]?.pid ?? 0
  const attack = (slowness: Slowness, times: number): void => {
    for (let time = 0; time < times; time += 1) clients.push(startSlowClient(installation.url, slowness))
  }
  /** Asks one request after another until it is told to stop. Answers how often it was not served. */
  const servedBeside = () => {
    const stop = new AbortController()
    const failures: unknown[] = []
    let served = 0
    const run = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const { status } = await call(installation.url, 'GET', '/v1/me', { key: installation.operatorKey })
        if (status === 200) served += 1
        else failures.push(status)
        await sleep(5)
      }
    }
    const ran = run()
    return async (): Promise<{ served: number; failures: unknown[] }> => {
      stop.abort()
      await ran
      return { served, failures }
    }
  }

  test('are all cut off, whatever they do, and others are served beside them', async () => {
    await call(installation.url, 'GET', '/v1/me', { key: installation.operatorKey })
    const before = openFiles(pid())
    const each = count(20, 300)
    const kinds = Object.values(attackers).length
    const stop = servedBeside()
    for (const slowness of Object.values(attackers)) attack(slowness, each)
    // Those that ask without end are gone at once; all others are there.
    await vi.waitFor(() => expect(openFiles(pid())).toBeGreaterThan(before + each * (kinds - 2)), { timeout: 10_000 })
    if (isRelease) attack(idle, each)
    await vi.waitFor(() => expect(openFiles(pid())).toBeLessThanOrEqual(before + 2), {
      timeout: isRelease ? 120_000 : 40_000,
      interval: 200,
    })
    const { served, failures } = await stop()
    expect(failures).toEqual([])
    expect(served).toBeGreaterThan(100)
  }, 180_000)

  test('that are honest learn why', async () => {
    attack({ first: 'GET /healthz HTTP/1.1\r\nHost: x\r\n', drip: 'X-More: x\r\n' }, 1)
    await vi.waitFor(() => expect(clients[0]?.received()).toContain('The request did not arrive in time.'), 20_000)
    expect(clients[0]?.received()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })

  test('that have said nothing are told nothing: it would be taken for the answer to what they ask next', async () => {
    attack({ first: '', drip: null }, 1)
    await clients[0]?.ended
    expect(clients[0]?.received()).toBe('')
  }, 20_000)

  test('that ask much at once and read it are answered, in order, up to a bound', async () => {
    const [within, beyond] = [33, 200]
    attack({ first: `${get('/healthz').repeat(within - 1)}${get('/nowhere')}`, drip: null }, 1)
    const statuses = (text = ''): string[] => text.match(/(?<=HTTP\/1\.1 )\d+/g) ?? []
    await vi.waitFor(() => expect(statuses(clients[0]?.received())).toHaveLength(within), 10_000)
    expect(statuses(clients[0]?.received())).toEqual([...Array.from({ length: within - 1 }, () => '200'), '404'])
    attack({ first: get('/healthz').repeat(beyond), drip: null }, 1)
    await clients[1]?.ended
    expect(statuses(clients[1]?.received()).length).toBeLessThan(beyond)
    expect((await call(installation.url, 'GET', '/healthz')).status).toBe(200)
  })

  test('that ask for much and read nothing take no memory for it', async () => {
    const memory = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid()}/status`, 'utf8'))?.[1])
    await call(installation.url, 'GET', '/openapi.json')
    const before = memory()
    // 200 x 33 answers of some 180 kB would be 1.2 GB.
    attack({ first: get('/openapi.json').repeat(33), drip: null, isDeaf: true }, 200)
    for (let time = 0; time < 5; time += 1) {
      await sleep(200)
      // Answered after all that came before it.
      await call(installation.url, 'GET', '/healthz')
      expect(memory() - before).toBeLessThan(300_000)
    }
  })

  test(`that are ${idleConnections}, idle, are kept, and others are served`, async () => {
    const ask = (agent: Agent): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = request(`${installation.url}/healthz`, { agent }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode))
        })
        sent.once('error', reject).end()
      })
    // A connection is free again once it was answered: those of one round must not serve the next.
    const held: Agent[] = []
    for (let round = 0; round < idleConnections / 200; round += 1) {
      const agent = new Agent({ keepAlive: true, maxFreeSockets: 200 })
      held.push(agent)
      expect(new Set(await Promise.all(Array.from({ length: 200 }, () => ask(agent))))).toEqual(new Set([200]))
    }
    expect(openFiles(pid())).toBeGreaterThan(idleConnections)
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid()}/status`, 'utf8'))?.[1])
    expect(rss).toBeLessThan(600_000)
    expect((await call(installation.url, 'GET', '/v1/me', { key: installation.operatorKey })).status).toBe(200)
    for (const agent of held) agent.destroy()
  }, 120_000)
})
