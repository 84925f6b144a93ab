import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDestinations, type Destinations } from '../engine/webhooks/destination.ts'
import { openNameServer, type NameServer } from '../testing/name-server.ts'
import { openWebhookReceiver } from '../testing/webhook-receiver.ts'
import { createResolveName } from './resolve-name.ts'
import { createSendWebhook } from './send-webhook.ts'

/** So that what is refused is refused for its address. */
const atAnyPort = (destinations: Destinations): Destinations => ({ ...destinations, mayUsePort: () => true })
const never = new AbortController().signal

/** Whoever connects to this machine, at whatever address of it, is counted. */
async function openTrap(): Promise<{ readonly port: number; readonly visits: () => number; close(): Promise<void> }> {
  let visits = 0
  const servers: Server[] = []
  const listen = async (host: string, port: number): Promise<number> => {
    const server = createServer((socket) => {
      visits += 1
      socket.on('error', () => {})
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret')
    })
    server.listen({ host, port, ipv6Only: true })
    await once(server, 'listening')
    servers.push(server)
    return (server.address() as AddressInfo).port
  }
  const port = await listen('0.0.0.0', 0)
  await listen('::', port)
  return {
    port,
    visits: () => visits,
    async close() {
      for (const server of servers) {
        server.close()
        await once(server, 'close')
      }
    },
  }
}

/** Addresses that are no business of ours, in every spelling that some parser takes for one. */
const literals = [
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0x7f.1',
  '017700000001',
  '0177.0.0.1',
  '0177.1',
  '127.0.0.1.',
  '127.000.000.001',
  '00000177.0.0.1',
  '0',
  '0.0.0.0',
  '0.1.2.3',
  '000.000.000.000',
  '10.0.0.1',
  '10.255.255.255',
  '012.0.0.1',
  '167772161',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '2852039166',
  '0xA9FEA9FE',
  '0251.0376.0251.0376',
  '169.254.170.2',
  '168.63.129.16',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.255',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::0001]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::FFFF:10.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[0:0:0:0:0:ffff:169.254.169.254]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[2002:7f00:1::]',
  '[2002:a00:1::1]',
  '[2001::1]',
  '[2001:0:7f00:1::]',
  '[2001:10::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[5f00::1]',
  '[100::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fdff:ffff::1]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[ff0e::1]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'x.localhost',
  '%31%32%37.0.0.1',
  '\uFF11\uFF12\uFF17.0.0.1',
  '\u2460\u2461\u2466.0.0.1',
  '127\u30020\u30020\u30021',
]

/** What nothing can be sent to at all. */
const nonsense = [
  'http://user@127.0.0.1/',
  'http://example.test@127.0.0.1/',
  'http://127.0.0.1#@example.test/',
  'http://127.0.0.1\\@example.test/',
  'http://[::1%25lo]/',
  'http://[fe80::1%eth0]/',
  'gopher://127.0.0.1/',
  'file:///etc/passwd',
  'ftp://127.0.0.1/',
  'data:text/plain,x',
  'unix:/var/run/docker.sock',
  'http:127.0.0.1',
  'http:/127.0.0.1',
  'http:\\\\127.0.0.1',
  'http://0.0.0.0.0/',
  'http://256.256.256.256/',
  'http:///127.0.0.1',
  '',
]

describe('nothing is sent to', () => {
  let trap: Awaited<ReturnType<typeof openTrap>>
  let names: NameServer
  /** By what the name says: hexadecimal of the address that it has. */
  const addressOf = (name: string) => Buffer.from(name.split('.')[0] ?? '', 'hex').toString()
  const nameOf = (address: string) => `${Buffer.from(address).toString('hex')}.rebound.test`

  beforeAll(async () => {
    trap = await openTrap()
    names = await openNameServer((name) => (name.endsWith('.rebound.test') ? addressOf(name).split(',') : null))
  })
  afterAll(async () => {
    await trap.close()
    await names.close()
  })

  const send = async (url: string) => {
    const resolveName = createResolveName({ servers: [names.address], asksSystem: true })
    const destinations = atAnyPort(createDestinations([]))
    return createSendWebhook({ destinations, resolveName })({ url, headers: {}, body: '{}' }, never)
  }

  test.each(literals)('http://%s', async (host) => {
    for (const url of [`http://${host}:${trap.port}/`, `https://${host}:${trap.port}/`]) {
      const answer = await send(url)
      expect(answer).toMatchObject({ status: null, body: null })
      expect(answer.error).toMatch(/not on the public Internet|no address/)
    }
    expect(trap.visits()).toBe(0)
  })

  test.each(nonsense)('%j', async (url) => {
    expect(await send(url.replace('127.0.0.1', `127.0.0.1:${trap.port}`))).toMatchObject({ status: null })
    expect(trap.visits()).toBe(0)
  })

  const addresses = [
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00::1',
    'fe80::1',
  ]

  test.each(addresses)('a name that leads to %s', async (address) => {
    const name = nameOf(address)
    expect((await send(`http://${name}:${trap.port}/`)).error).toContain('not on the public Internet')
    expect(names.asked(name)).toBe(1)
    expect(trap.visits()).toBe(0)
  })

  test('a name that leads to a public address and to another', async () => {
    for (const address of addresses) {
      for (const both of [`93.184.215.14,${address}`, `${address},93.184.215.14`, `2606:2800::1,${address}`]) {
        expect((await send(`http://${nameOf(both)}:${trap.port}/`)).error).toContain('not on the public Internet')
      }
    }
    expect(trap.visits()).toBe(0)
  })

  test('a database behind a public address', async () => {
    const destinations = createDestinations([])
    for (const port of [22, 25, 5432, 6379, 11211, 27017, 6468]) {
      expect(destinations.mayUsePort('93.184.215.14', port)).toBe(false)
    }
    for (const port of [80, 443, 8080, 8443]) expect(destinations.mayUsePort('93.184.215.14', port)).toBe(true)
  })
})

test('what is on the public Internet may be reached', () => {
  const { mayReach } = createDestinations([])
  const open = ['1.1.1.1', '8.8.8.8', '93.184.215.14', '172.32.0.1', '11.0.0.1', '2606:4700::1111', '2a00:1450::1']
  expect(open.filter((address) => !mayReach(address))).toEqual([])
})

test('what is no address is reached by nobody', () => {
  const { mayReach } = createDestinations(['0.0.0.0/0', '::/0'])
  expect(createDestinations([]).mayReach('::ffff:8.8.8.8')).toBe(false)
  for (const text of ['', 'localhost', '1', '0x7f.1', '1.2.3', '1.2.3.4.5', '::1%lo', '[::1]', ' 8.8.8.8']) {
    expect(mayReach(text), text).toBe(false)
  }
})

test('a name that leads elsewhere a moment later leads nobody there', async () => {
  const trap = await openTrapAt('127.0.0.1')
  const receiver = await openWebhookReceiver('127.0.0.2')
  // Both listen at one port. What the name leads to changes with every question.
  const names = await openNameServer((_, before) => [before % 2 === 0 ? '127.0.0.2' : '127.0.0.1'])
  const resolveName = createResolveName({ servers: [names.address], asksSystem: false })
  const destinations = createDestinations(['127.0.0.2/32'])
  const send = createSendWebhook({ destinations, resolveName })
  const outcomes = []
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const url = `http://rebinding.test:${attempt % 2 === 0 ? receiver.port : trap.port}/`
    outcomes.push(await send({ url, headers: { 'webhook-id': String(attempt) }, body: '{}' }, never))
  }
  expect(names.asked('rebinding.test')).toBe(60)
  expect(outcomes.filter(({ status }) => status === 204)).toHaveLength(30)
  expect(outcomes.filter(({ error }) => error?.includes('not on the public Internet'))).toHaveLength(30)
  expect(receiver.received).toHaveLength(30)
  expect(trap.visits()).toBe(0)
  await receiver.close()
  await trap.close()
  await names.close()
})

async function openTrapAt(host: string) {
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    socket.destroy()
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    visits: () => visits,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

describe('networks that the operator allows', () => {
  test('are reached, and nothing beside them', () => {
    const { mayReach, mayUsePort } = createDestinations(['10.1.0.0/16', 'fd00:1::/32', '127.0.0.1'])
    for (const address of ['10.1.2.3', 'fd00:1::5', '127.0.0.1', '::ffff:10.1.2.3']) {
      expect(mayReach(address), address).toBe(true)
      expect(mayUsePort(address, 3000), address).toBe(true)
    }
    for (const address of ['10.2.0.1', 'fd00:2::5', '127.0.0.2', '::1', '192.168.1.1']) {
      expect(mayReach(address), address).toBe(false)
    }
    expect(mayUsePort('8.8.8.8', 3000)).toBe(false)
  })

  test('are reached by the name of this machine', async () => {
    const receiver = await openWebhookReceiver()
    const destinations = createDestinations(['127.0.0.0/8'])
    const send = createSendWebhook({ destinations, resolveName: createResolveName({ asksSystem: true }) })
    const url = receiver.url.replace('127.0.0.1', 'localhost')
    expect(await send({ url, headers: {}, body: '{}' }, never)).toMatchObject({ status: 204, error: null })
    await receiver.close()
  })
})
