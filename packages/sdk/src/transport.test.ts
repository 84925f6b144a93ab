import { describe, expect, test } from 'vitest'
import { MintmarkError, UnreachableError } from './errors.ts'
import { Mintmark } from './mintmark.ts'
import type { MintmarkOptions } from './options.ts'
import {
  answers,
  breaksOff,
  drops,
  refuses,
  scripted,
  stalls,
  stallsInTheMiddle,
  type Act,
  type ScriptedServer,
} from './testing/scripted-server.ts'

const project = { id: 'web', name: 'web', createdAt: '2026-11-21T10:00:00.000Z', archivedAt: null }
const done = answers(200, project)
const key = 'mmo_FAKE0123456789abcdefghijklmnopqr23UToO'

/** Whoever sends no length cannot be seen to stop early. */
const torn: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', connection: 'close' })
  response.end('{"id":"web","na')
}

function clientOf({ url }: ScriptedServer, options: Partial<MintmarkOptions> = {}): Mintmark {
  return new Mintmark({ server: url, key, timeoutMs: 2_000, ...options })
}

/** What a call to a server with this script rejects with, and what arrived there. */
async function failure(script: readonly Act[], options: Partial<MintmarkOptions> = {}) {
  const server = await scripted(...script)
  const error = await clientOf(server, options)
    .projects.get('web')
    .then(
      () => null,
      (reason: unknown) => reason,
    )
  return { error: error as MintmarkError, arrived: server.arrived }
}

describe('a server that fails in passing', () => {
  test.each<[string, Act]>([
    ['drops', drops],
    ['breaks off', breaksOff],
    ['answers half', torn],
    ['answers 503', refuses(503, 'unavailable')],
    ['answers 500', refuses(500, 'internal')],
    ['is a proxy that has lost it', (response) => response.writeHead(502).end('<html>Bad gateway</html>')],
  ])('%s: it is asked again', async (_, act) => {
    const server = await scripted(act, act, done)
    expect(await clientOf(server).projects.get('web')).toEqual(project)
    expect(server.arrived).toHaveLength(3)
  })

  test.each<[string, Act]>([
    ['stalls', stalls],
    ['stalls in the middle', stallsInTheMiddle],
  ])('%s: it is asked again when it had its time', async (_, act) => {
    const server = await scripted(act, done)
    expect(await clientOf(server, { timeoutMs: 100 }).projects.get('web')).toEqual(project)
    expect(server.arrived).toHaveLength(2)
  })

  test.each([
    [429, 'rate_limit'],
    [503, 'unavailable'],
  ])('says %i and when to come again: not before', async (status, reason) => {
    const server = await scripted(refuses(status, reason, { 'retry-after': '1' }), done)
    expect(await clientOf(server).projects.get('web')).toEqual(project)
    const [first, second] = server.arrived
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000)
  })
})

describe('a server that fails for good', () => {
  test('is asked as often as the options say', async () => {
    for (const maxRetries of [0, 1, 3]) {
      const { error, arrived } = await failure([refuses(503, 'unavailable')], { maxRetries })
      expect([error.reason, error.status, arrived.length]).toEqual(['unavailable', 503, maxRetries + 1])
    }
  })

  test('is not asked again for what would be answered alike', async () => {
    for (const [status, reason] of [
      [400, 'invalid_request'],
      [401, 'key_revoked'],
      [403, 'forbidden'],
      [404, 'not_found'],
      [409, 'conflict'],
      [429, 'creation_limit'],
    ] as const) {
      const { error, arrived } = await failure([refuses(status, reason, { 'retry-after': '1' })])
      expect([error.reason, error.status, arrived.length]).toEqual([reason, status, 1])
    }
  })

  test('and asks for more patience than anybody has: at once, with the time', async () => {
    const { error, arrived } = await failure([refuses(429, 'rate_limit', { 'retry-after': '60' })])
    expect([error.retryAfterSeconds, arrived.length]).toEqual([60, 1])
  })

  test('drops every connection: it is unreachable', async () => {
    const { error } = await failure([drops], { maxRetries: 1 })
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error).toMatchObject({ name: 'UnreachableError', reason: 'unavailable', status: 503, requestId: null })
    expect(error.cause).toBeInstanceOf(Error)
  })

  test('stalls: it is unreachable', async () => {
    const { error } = await failure([stalls], { timeoutMs: 50, maxRetries: 0 })
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error.message).toBe('Mintmark did not answer within 50 ms.')
  })

  test('is not there', async () => {
    const client = new Mintmark({ server: 'http://127.0.0.1:9', key, maxRetries: 0 })
    await expect(client.projects.get('web')).rejects.toBeInstanceOf(UnreachableError)
  })
})

describe('an error', () => {
  test('tells reason, status, request, faults and when to come again', async () => {
    const faults = [{ path: 'name', message: 'name is required.' }]
    const body = { reason: 'invalid_request', message: 'name is required.', errors: faults, requestId: 'req_7' }
    const { error } = await failure([answers(400, body, { 'x-request-id': 'req_7', 'retry-after': '3' })])
    expect(error).toBeInstanceOf(MintmarkError)
    expect(error).toMatchObject({
      name: 'MintmarkError',
      message: 'name is required.',
      reason: 'invalid_request',
      status: 400,
      requestId: 'req_7',
      retryAfterSeconds: 3,
      faults,
    })
  })

  test.each<[string, Act, number]>([
    ['another server’s 404', (response) => response.writeHead(404).end('no such page'), 404],
    ['a page to sign in', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 200],
    ['a redirect', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), 302],
    ['a reason that is none', answers(403, { reason: 'toString', message: 'x' }), 403],
    ['no JSON', (response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{'), 400],
  ])('has no reason where Mintmark did not answer: %s', async (_, act, status) => {
    const { error, arrived } = await failure([act])
    expect([error.reason, error.status, arrived.length]).toEqual([null, status, 1])
    expect(error.message).toContain('was not Mintmark')
  })

  test('never has the key in it', async () => {
    for (const act of [drops, refuses(403, 'forbidden'), stallsInTheMiddle]) {
      const { error } = await failure([act], { timeoutMs: 50, maxRetries: 0 })
      expect(JSON.stringify([error.message, error.stack, Object.entries(error), error.cause])).not.toContain(
        key.slice(4),
      )
    }
  })
})

describe('a request that must not be done twice', () => {
  const create = (client: Mintmark, idempotencyKey?: string) =>
    client.projects.create({ name: 'web' }, { ...(idempotencyKey !== undefined && { idempotencyKey }) })

  test('has the same Idempotency-Key in every attempt, and another in every call', async () => {
    const server = await scripted(drops, refuses(503, 'unavailable'), answers(201, project))
    const client = clientOf(server)
    await create(client)
    await create(client)
    const keys = server.arrived.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(4)
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[3]).not.toBe(keys[0])
    expect(new Set(server.arrived.map(({ body }) => body))).toEqual(new Set(['{"name":"web"}']))
  })

  test('has the caller’s, where he gives one', async () => {
    const server = await scripted(answers(201, project))
    await create(clientOf(server), 'order-7')
    expect(server.arrived[0]?.headers['idempotency-key']).toBe('order-7')
  })

  test('waits for itself, when its first attempt is still being answered', async () => {
    const server = await scripted(drops, refuses(409, 'conflict'), answers(201, project))
    expect(await create(clientOf(server))).toEqual(project)
  })

  test('conflicts with something else: that is told', async () => {
    const server = await scripted(refuses(409, 'conflict'))
    await expect(create(clientOf(server))).rejects.toMatchObject({ reason: 'conflict', status: 409 })
    expect(server.arrived).toHaveLength(1)
  })
})

describe('a deletion', () => {
  test('whose answer was lost is done when there is nothing left to delete', async () => {
    const server = await scripted(drops, refuses(404, 'not_found'))
    await expect(clientOf(server).projects.delete('web')).resolves.toBeUndefined()
  })

  test('of what never was is told so', async () => {
    const server = await scripted(refuses(404, 'not_found'))
    await expect(clientOf(server).projects.delete('web')).rejects.toMatchObject({ reason: 'not_found' })
    const lost = await scripted(drops, refuses(404, 'not_found'))
    await expect(clientOf(lost).projects.get('web')).rejects.toMatchObject({ reason: 'not_found' })
  })
})

describe('a caller who gives up', () => {
  test('is told his own reason, and nothing more is sent', async () => {
    const server = await scripted(stalls)
    const giving = new AbortController()
    const call = clientOf(server).projects.get('web', { signal: giving.signal })
    await expect.poll(() => server.arrived.length).toBe(1)
    const reason = new Error('Enough.')
    giving.abort(reason)
    await expect(call).rejects.toBe(reason)
    await expect(clientOf(server).projects.get('web', { signal: giving.signal })).rejects.toBe(reason)
    expect(server.arrived).toHaveLength(1)
  })

  test('may do so while an attempt is waited for', async () => {
    const server = await scripted(refuses(503, 'unavailable', { 'retry-after': '30' }))
    const giving = new AbortController()
    const call = clientOf(server).projects.get('web', { signal: giving.signal })
    await expect.poll(() => server.arrived.length).toBe(1)
    giving.abort(new Error('Enough.'))
    await expect(call).rejects.toThrow('Enough.')
    expect(server.arrived).toHaveLength(1)
  })
})

describe('what is sent', () => {
  test('has the key, in one header, and asks for errors that tell their reason', async () => {
    const server = await scripted(done)
    await clientOf(server, { organizationId: 'acme', userId: 'ann' }).projects.get('a/b c')
    const [sent] = server.arrived
    expect(sent?.url).toBe('/v1/projects/a%2Fb%20c')
    expect(sent?.headers).toMatchObject({
      authorization: `Bearer ${key}`,
      accept: 'application/json, application/problem+json',
      'mintmark-organization': 'acme',
      'mintmark-user': 'ann',
    })
    expect(sent?.headers['x-api-key']).toBeUndefined()
  })

  test.each<[Partial<MintmarkOptions>, string]>([
    [{ server: 'keys.example.com' }, 'server is the address'],
    [{ server: 'ftp://keys.example.com' }, 'server is the address'],
    [{ server: 'http://me:hunter2@keys.example.com' }, 'server is the address'],
    [{ server: 'http://keys.example.com/?x' }, 'server is the address'],
    [{ key: '' }, 'key is missing'],
    [{ key: 'a key' }, 'key is missing'],
    [{ key: 'key\r\nx: y' }, 'key is missing'],
    [{ userId: 'ann' }, 'userId needs organizationId'],
    [{ organizationId: 'acme', userId: undefined as never }, 'userId is undefined: leave it out to act for nobody'],
    [{ organizationId: 'acme', userId: null as never }, 'userId is null: leave it out to act for nobody'],
    [{ userId: undefined as never }, 'userId is undefined'],
    [{ organizationId: undefined as never }, 'organizationId is undefined: leave it out to act in none'],
    [{ organizationId: null as never, userId: 'ann' }, 'organizationId is null'],
    [{ timeoutMs: 0 }, 'timeoutMs is a whole number from 1'],
    [{ maxRetries: 11 }, 'maxRetries is a whole number from 0 to 10'],
    [{ maxBatchSize: 101 }, 'maxBatchSize is a whole number from 1 to 100'],
  ])('cannot be sent with %o', (options, words) => {
    expect(() => new Mintmark({ server: 'http://127.0.0.1:9', key, ...options })).toThrow(words)
  })

  test.each<[unknown[], string]>([
    [['acme', undefined], 'userId is undefined'],
    [['acme', null], 'userId is null'],
    [['acme', undefined, 'ann'], 'userId is undefined'],
    [[undefined, 'ann'], 'organizationId is undefined'],
    [[null], 'organizationId is null'],
    [[], 'organizationId is undefined'],
  ])('cannot be sent by an operator acting in %o: he would act as himself', (acting, words) => {
    const operator = new Mintmark({ server: 'http://127.0.0.1:9', key })
    const act = (): unknown => operator.actingIn(...(acting as [string]))
    expect(act).toThrow(TypeError)
    expect(act).toThrow(words)
  })

  test('names nobody where an operator acts for nobody', async () => {
    const server = await scripted(done)
    await clientOf(server).actingIn('acme').projects.get('web')
    expect(server.arrived[0]?.headers).toMatchObject({ 'mintmark-organization': 'acme' })
    expect(server.arrived[0]?.headers).not.toHaveProperty('mintmark-user')
  })

  test('may go to a server below a path', async () => {
    const server = await scripted(done)
    await new Mintmark({ server: `${server.url}/mintmark/`, key }).projects.get('web')
    expect(server.arrived[0]?.url).toBe('/mintmark/v1/projects/web')
  })
})
