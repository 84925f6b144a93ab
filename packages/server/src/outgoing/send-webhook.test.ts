import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createDestinations } from '../engine/webhooks/destination.ts'
import { openNameServer } from '../testing/name-server.ts'
import { openWebhookReceiver } from '../testing/webhook-receiver.ts'
import { selfSigned } from '../testing/self-signed.ts'
import { createResolveName } from './resolve-name.ts'
import { createSendWebhook } from './send-webhook.ts'

const never = new AbortController().signal
const destinations = createDestinations(['127.0.0.0/8', '::1'])
const resolveName = createResolveName({ asksSystem: true })
const send = createSendWebhook({ destinations, resolveName, timeoutMs: 400 })
const request = (url: string) => ({ url, headers: { 'content-type': 'application/json' }, body: '{"a":"ö"}' })

const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) {
    server.close()
    await once(server, 'close')
  }
})

/** A server that does with a connection whatever it likes. */
async function listen(answer: (socket: Socket) => void, host = '127.0.0.1'): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  servers.push(server)
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/hooks?x=1`
}

/** Writes again and again for as long as the other side takes it. */
function pour(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 1)
  socket.on('close', () => clearInterval(timer))
}

test('what is sent is what was to be sent, to the byte', async () => {
  const receiver = await openWebhookReceiver()
  expect(await send({ ...request(`${receiver.url}?x=1%20y`), headers: { 'webhook-id': 'evt_1' } }, never)).toEqual({
    status: 204,
    body: '',
    error: null,
  })
  const [received] = receiver.received
  expect(received).toMatchObject({ id: 'evt_1', path: '/hooks?x=1%20y', body: '{"a":"ö"}' })
  expect(received?.headers).toMatchObject({ host: `127.0.0.1:${receiver.port}`, 'content-length': '10' })
  await receiver.close()
})

test('IPv6 is reached as IPv4 is', async () => {
  const receiver = await openWebhookReceiver('::1')
  expect(await send(request(receiver.url), never)).toMatchObject({ status: 204 })
  await receiver.close()
})

test('a name is tried at each of its addresses until one is at home', async () => {
  const names = await openNameServer(() => ['127.0.0.3', '127.0.0.2'])
  const receiver = await openWebhookReceiver('127.0.0.2')
  const found = createSendWebhook({
    destinations,
    resolveName: createResolveName({ servers: [names.address], asksSystem: false }),
  })
  expect(await found(request(`http://two.test:${receiver.port}/`), never)).toMatchObject({ status: 204 })
  await receiver.close()
  await names.close()
})

describe('there is an answer, and soon, from who', () => {
  test.each<[string, (socket: Socket) => void, object]>([
    ['says nothing', () => {}, { status: null, error: 'There was no answer within 0.4 seconds.' }],
    ['reads nothing', (socket) => socket.pause(), { status: null }],
    [
      'hangs up',
      (socket) => socket.destroy(),
      { status: null, error: expect.stringMatching(/^The connection failed/) },
    ],
    ['hangs up after a while', (socket) => setTimeout(() => socket.destroy(), 50), { status: null }],
    ['resets', (socket) => socket.resetAndDestroy(), { status: null }],
    [
      'speaks no HTTP',
      (socket) => socket.end('220 smtp ready\r\n'),
      { status: null, error: 'What came back is not HTTP.' },
    ],
    ['dribbles its headers', (socket) => pour(socket, 'H'), { status: null }],
    [
      'has no end of headers',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        pour(socket, `x: ${'y'.repeat(1000)}\r\n`)
      },
      { status: null, error: expect.any(String) },
    ],
    [
      'goes on saying that it goes on',
      (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
      { status: null },
    ],
    [
      'changes to something else',
      (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      { status: null },
    ],
    [
      'says its status and never the rest',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nstart'),
      { status: 200, body: 'start', error: null },
    ],
    [
      'has no end of a body',
      (socket) => {
        socket.write('HTTP/1.1 500 No\r\n\r\n')
        pour(socket, 'z'.repeat(65_536))
      },
      { status: 500, body: 'z'.repeat(1024), error: null },
    ],
    [
      'has a character across the end of what is kept',
      (socket) => socket.end(`HTTP/1.1 500 No\r\n\r\n${'z'.repeat(1023)}öö`),
      { status: 500, body: 'z'.repeat(1023), error: null },
    ],
    [
      'has no end of a body in chunks',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
        pour(socket, '1\r\nz\r\n')
      },
      { status: 200, error: null },
    ],
    [
      'breaks off in the middle of a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
      { status: 200, body: 'ab', error: null },
    ],
    [
      'sends what is no text',
      (socket) => socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), Buffer.of(0, 0xff, 0x41, 0xc3)])),
      { status: 200, body: '\uFFFD\uFFFDA\uFFFD', error: null },
    ],
  ])('%s', async (_, answer, expected) => {
    const url = await listen(answer)
    const startedAt = performance.now()
    expect(await send(request(url), never)).toMatchObject(expected)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })

  test('is not there', async () => {
    const url = await listen(() => {})
    for (const server of servers.splice(0)) {
      server.close()
      await once(server, 'close')
    }
    expect(await send(request(url), never)).toEqual({
      status: null,
      body: null,
      error: 'The connection failed: ECONNREFUSED.',
    })
  })

  test('has a name that no server knows, or none answers for', async () => {
    const names = await openNameServer((name) => (name.startsWith('silent') ? 'silence' : null))
    const asking = createSendWebhook({
      destinations,
      resolveName: createResolveName({ servers: [names.address], asksSystem: false }),
      timeoutMs: 400,
    })
    expect((await asking(request('http://unknown.test/'), never)).error).toBe('The name has no address.')
    expect((await asking(request('http://silent.test/'), never)).error).toBe('There was no answer within 0.4 seconds.')
    await names.close()
  })
})

describe('TLS', () => {
  const trusted = getCACertificates('default')
  afterEach(() => setDefaultCACertificates(trusted))

  async function listenTls(names: readonly string[]): Promise<{ readonly port: number; readonly cert: string }> {
    const identity = selfSigned(names)
    const server = createHttpsServer(identity, (_, response) => response.end('hello'))
    servers.push(server)
    server.on('connection', (socket: Socket) => sockets.add(socket))
    server.on('tlsClientError', () => {})
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port, cert: identity.cert }
  }
  const untrusted = { status: null, error: expect.stringMatching(/^TLS failed: [A-Z_]+\.$/) }

  test('with who is vouched for, by name or address', async () => {
    const { port, cert } = await listenTls(['localhost', '127.0.0.1'])
    setDefaultCACertificates([cert])
    for (const host of ['localhost', '127.0.0.1']) {
      expect(await send(request(`https://${host}:${port}/`), never)).toMatchObject({ status: 200, body: 'hello' })
    }
  })

  test('with nobody else', async () => {
    const unknown = await listenTls(['localhost', '127.0.0.1'])
    const other = await listenTls(['example.test'])
    setDefaultCACertificates([other.cert])
    for (const { port } of [unknown, other]) {
      for (const host of ['localhost', '127.0.0.1']) {
        expect(await send(request(`https://${host}:${port}/`), never)).toMatchObject(untrusted)
      }
    }
  })
})

test('https to who speaks http is no connection', async () => {
  const receiver = await openWebhookReceiver()
  const answer = await send(request(receiver.url.replace('http:', 'https:')), never)
  expect(answer).toMatchObject({ status: null, error: expect.stringMatching(/TLS|connection failed/) })
  expect(receiver.received).toEqual([])
  await receiver.close()
})

test('proxies of the environment are passed by', async () => {
  let visits = 0
  const proxy = await listen((socket) => {
    visits += 1
    socket.destroy()
  })
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']) {
    vi.stubEnv(name, proxy)
  }
  vi.stubEnv('NODE_USE_ENV_PROXY', '1')
  const receiver = await openWebhookReceiver()
  expect(await send(request(receiver.url), never)).toMatchObject({ status: 204 })
  expect(visits).toBe(0)
  await receiver.close()
})

test('who gives up hears of nothing more', async () => {
  const url = await listen(() => {})
  const stopping = new AbortController()
  const sending = send(request(url), stopping.signal)
  setTimeout(() => stopping.abort(new Error('stopped')), 50)
  await expect(sending).rejects.toThrow('stopped')
  await expect(send(request(url), stopping.signal)).rejects.toThrow('stopped')
})
