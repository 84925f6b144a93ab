import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect, Socket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { call, expectCall } from './testing/client.ts'
import { createOrganization, startCluster, startEmbedded, type Installation } from './testing/installation.ts'
import { runMintmark, ServedNode } from './testing/served-node.ts'

const list = ['operator-keys', 'list', '--json']
const socketOf = (node: ServedNode): string => join(node.dataDir, 'admin.sock')

/** All that a socket answers to these bytes, until it closes. `cut`: the connection ends without waiting for it. */
async function send(
  to: { path: string } | { port: number; host: string },
  bytes: string,
  cut = false,
): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket: Socket = connect({ ...to, allowHalfOpen: true }, () => {
      socket.write(bytes, 'latin1', () => (cut ? socket.destroy() : socket.end()))
    })
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
    socket.on('error', (error: Error & { code?: string }) => (answer += error.code ?? ''))
    socket.on('close', () => resolve(answer))
  })
}

const post = (path: string, body: string, length = Buffer.byteLength(body)): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`

describe('a node', () => {
  let installation: Installation
  let node: ServedNode

  beforeAll(async () => {
    installation = await startEmbedded()
    node = installation.nodes[0] ?? node
  })
  afterAll(() => installation.remove())

  test('keeps its data dir, and each file in it, to its owner', () => {
    expect(statSync(node.dataDir).mode & 0o777).toBe(0o700)
    const files = readdirSync(node.dataDir)
    expect(files).toEqual(expect.arrayContaining(['admin.sock', 'ballast', 'mintmark.db', 'pepper']))
    for (const file of files) expect(lstatSync(join(node.dataDir, file)).mode & 0o177, file).toBe(0)
    expect(lstatSync(socketOf(node)).isSocket()).toBe(true)
  })

  test('listens on the loopback address alone', async () => {
    const { hostname, port } = new URL(node.url)
    expect(hostname).toBe('127.0.0.1')
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address, family }) => (family === 'IPv6' && address.startsWith('fe80') ? '::1' : address))
    for (const host of new Set([...others, '127.0.0.2'])) {
      if (host === '127.0.0.1') continue
      expect(await send({ host, port: Number(port) }, ''), host).toMatch(/ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH/)
    }
  })

  test.runIf(process.platform === 'linux')('opens no inspector, and has no memory for a core dump', async () => {
    process.kill(node.pid, 'SIGUSR1')
    expect((await call(node.url, 'GET', '/healthz')).status).toBe(200)
    expect(readFileSync(`/proc/${node.pid}/coredump_filter`, 'utf8').trim()).toMatch(/^0+$/)
    const answered = await runMintmark(list, node.env)
    expect(answered.exitCode).toBe(0)
    expect(node.log()).not.toContain('Debugger')
    expect(node.isRunning).toBe(true)
  })

  test('takes names such as __proto__ for names', async () => {
    const { url, operatorKey: key } = installation
    const organization = await createOrganization(installation)
    const headers = { ...organization.acting(organization.userIds['admin']), 'content-type': 'application/json' }
    const poison = '{"isAdmin":true,"status":299,"limit":1000000,"permissions":null,"role":"admin"}'
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']) {
      const bodies = [
        `{"name":"x","${name}":${poison}}`,
        `{"name":"x","metadata":{"${name}":${poison}}}`,
        `{"name":"x","rateLimit":{"${name}":${poison}}}`,
        `{"name":"x","constructor":{"prototype":${poison}}}`,
      ]
      for (const body of bodies) {
        const response = await fetch(`${url}/v1/api-keys`, {
          method: 'POST',
          headers: { ...headers, authorization: `Bearer ${key}` },
          body,
        })
        expect(response.status, body).toBe(400)
      }
      const query = new URLSearchParams({ [name]: 'x', [`${name}[isAdmin]`]: 'true' })
      expect(
        (await call(url, 'GET', `/v1/api-keys?${query.toString()}`, { key, headers: organization.acting() })).status,
      ).toBe(400)
      expect((await call(url, 'GET', `/v1/api-keys/${name}`, { key, headers: organization.acting() })).status).toBe(404)
      expect((await call(url, 'GET', `/${name}`, { key })).status).toBe(404)
      const verify = await fetch(`${url}/v1/verify`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: `{"key":"x","${name}":${poison}}`,
      })
      expect(verify.status, name).toBe(400)
    }
    const minted = await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers, body: { name: 'x' } })
    expect(minted).not.toHaveProperty('isAdmin')
  })

  describe('is asked by its host', () => {
    const big = 'x'.repeat(1024 * 1024)
    const chunked = 'POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    const requests: readonly (readonly [what: string, bytes: string, status: number])[] = [
      ['a path that is no percent encoding', post('/%zz', 'null'), 404],
      ['a path that is no UTF-8', post('/%ff%fe', 'null'), 404],
      ['an unknown command', post('/drop%20everything', 'null'), 404],
      ['a name that every object has', post('/constructor', 'null'), 404],
      ['another one', post('/__proto__', 'null'), 404],
      ['no path', post('/', 'null'), 404],
      ['no body', post('/operator-keys%20create', ''), 400],
      ['a body that is not JSON', post('/operator-keys%20create', '{'), 400],
      ['a body that is no object', post('/operator-keys%20create', '7'), 400],
      ['a body that is not UTF-8', post('/operator-keys%20create', '"\xff"', 3), 400],
      ['a field of another type', post('/operator-keys%20create', '{"name":{"__proto__":1}}'), 400],
      ['a name without end', post('/operator-keys%20create', JSON.stringify({ name: 'x'.repeat(60_000) })), 400],
      ['an id that is none', post('/operator-keys%20revoke', '{"id":"%00"}'), 404],
      ['a cursor that is none', post('/operator-keys%20list', '{"cursor":"%00"}'), 400],
      ['a body of 1 MiB', post('/operator-keys%20list', big), 413],
      ['a body of 1 MiB in chunks', `${chunked}100000\r\n${big}\r\n0\r\n\r\n`, 413],
      ['headers of 1 MiB', `POST /ping HTTP/1.1\r\nHost: x\r\nX: ${big}\r\n\r\n`, 431],
      ['what is no request', '\u0000\u0001 hello\r\n\r\n', 400],
      [
        'a request to another place',
        'GET http://example.com/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        404,
      ],
    ]

    test.each(requests)('%s, and answers', async (_what, bytes, status) => {
      const answer = await send({ path: socketOf(node) }, bytes)
      // Whoever goes on sending after the answer may find the connection closed before he has read it.
      const isCutOff = status > 400 && /^(?:EPIPE|ECONNRESET)$/.test(answer)
      if (!isCutOff) expect(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])).toBe(status)
      expect(answer).not.toMatch(/\bat .*\.ts|node:|\/packages\//)
      expect(await send({ path: socketOf(node) }, post('/ping', 'null'))).toContain('"pong"')
    })

    test('anything that is cut off, and goes on', async () => {
      for (const [, bytes] of requests) {
        for (const part of [0.1, 0.5, 0.9]) {
          await send({ path: socketOf(node) }, bytes.slice(0, Math.floor(bytes.length * part)), true)
        }
      }
      expect(node.isRunning).toBe(true)
      expect(await send({ path: socketOf(node) }, post('/ping', 'null'))).toContain('"pong"')
      expect((await call(node.url, 'GET', '/readyz')).status).toBe(200)
    })
  })
})

describe('a data dir', () => {
  test('whose server was killed is served again, and used without one', async () => {
    const installation = await startEmbedded()
    const [node] = installation.nodes
    if (node === undefined) throw new Error('no node')
    await node.kill()
    expect(lstatSync(socketOf(node)).isSocket()).toBe(true)
    const direct = await runMintmark(list, node.env)
    expect(direct.exitCode).toBe(0)
    expect(direct.stderr).toMatch(/^[^\n]*Mintmark was not drained when it ended[^\n]*\n$/)
    await node.start()
    const asked = await runMintmark(list, node.env)
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(asked.stdout)).toEqual(JSON.parse(direct.stdout))
    await installation.remove()
  })

  test('that a server has is refused to a second one, and commands go through it', async () => {
    const installation = await startEmbedded()
    const [node] = installation.nodes
    if (node === undefined) throw new Error('no node')
    expect(await runMintmark(['serve'], node.env)).toMatchObject({
      exitCode: 78,
      stdout: '',
      stderr: expect.stringContaining('in use by another process'),
    })
    expect(await runMintmark(list, node.env)).toMatchObject({ exitCode: 0 })
    expect((await call(node.url, 'GET', '/readyz')).status).toBe(200)
    await installation.remove()
  })

  test('whose path is too long for a socket is a mistake of configuration, and nothing listens', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'mintmark-long-'))
    const long = join(parent, 'x'.repeat(100))
    expect(await runMintmark(['serve'], { MINTMARK_PORT: '0', MINTMARK_DATA_DIR: long })).toMatchObject({
      exitCode: 78,
      stdout: '',
      stderr: expect.stringMatching(/^MINTMARK_DATA_DIR: .*too long for a socket/),
    })
    expect(readdirSync(parent)).toEqual([])
    rmSync(parent, { recursive: true })
  })
})

describeWithPostgresAndRedis('a data dir that two nodes share', () => {
  test('has one socket, and commands go on when its node is gone', async () => {
    const [databaseUrl, redisUrl] = [await testDatabaseUrl(), await testRedisUrl()]
    const installation = await startCluster({ nodeCount: 1, databaseUrl, redisUrl })
    const [first] = installation.nodes
    if (first === undefined) throw new Error('no node')
    const second = await ServedNode.start({ dataDir: first.dataDir, env: first.env })
    const create = async (name: string): Promise<string> => {
      const created = await runMintmark(['operator-keys', 'create', '--name', name], first.env)
      expect(created.exitCode, created.stderr).toBe(0)
      return created.stdout.trim()
    }
    const isKnown = async (key: string, url: string): Promise<number> =>
      (await call(url, 'GET', '/v1/me', { key })).status
    const both = await create('both')
    expect([await isKnown(both, first.url), await isKnown(both, second.url)]).toEqual([200, 200])
    expect(await first.stop()).toBe(0)
    expect(await isKnown(await create('later'), second.url)).toBe(200)
    expect(await second.stop()).toBe(0)
    await installation.remove()
    await second.remove()
  })
})
