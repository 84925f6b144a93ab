import { createServer } from 'node:http'
import { once } from 'node:events'
import { builtInContract } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../verdict.ts'
import { MintmarkError, UnreachableError } from '../errors.ts'
import { Mintmark } from '../mintmark.ts'
import { servingMintmark, type ServedMintmark } from '../testing/served-mintmark.ts'
import type { GuardContext } from './context.ts'
import { createGuard, type Guard, type GuardOptions, type GuardRequest } from './guard.ts'
import { PolicyError, type Policy } from './policy.ts'
import { fromRawHeaders } from './presented.ts'
import type { Verifier } from './verifier.ts'

const policy = { 'GET /projects': { permission: 'projects:read' } } as const satisfies Policy

function requestOf(line: string, credential: string | null = null, clientIp: string | null = null): GuardRequest {
  const [method = '', target = ''] = line.split(' ')
  const rawHeaders = credential === null ? [] : ['Authorization', `Bearer ${credential}`]
  return { method, target, readCredential: fromRawHeaders(rawHeaders), clientIp }
}

function pairsOf(headers: readonly string[]): Readonly<Record<string, string | undefined>> {
  const pairs: [string, string | undefined][] = []
  for (let index = 0; index < headers.length; index += 2) {
    pairs.push([headers[index]?.toLowerCase() ?? '', headers[index + 1]])
  }
  return Object.fromEntries(pairs)
}

/** Status and reason of a refusal. */
async function refusalBy(guard: Guard, request: GuardRequest): Promise<readonly [number, unknown]> {
  const { refusal } = await guard.decide(request)
  return refusal === null ? [200, null] : [refusal.status, JSON.parse(refusal.body).reason]
}

describe.each(['problem', 'reason', 'error', 'envelope'] as const)('refusals in the dialect %s', (errors) => {
  const serve = servingMintmark()

  test.each(['in this process', 'remote'])(
    'are those of Mintmark’s own forward-auth, to the byte (%s)',
    async (place) => {
      const messages = {
        missing_key: 'API key is required',
        rate_limit: 'Wait {retryAfterSeconds} s, {limit} is the limit.',
      }
      const mintmark = await serve({ contract: { name: 'Example', errors, messages } })
      const acting = await mintmark.organization()
      await acting.projects.create({ id: 'web', name: 'web' })
      const mint = async (body: object) =>
        (await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin', ...body })).key
      const spent = await mint({ rateLimit: { limit: 1, windowSeconds: 86_400 } })
      await mintmark.operator.verify({ key: spent })
      const guard = createGuard({
        verifier: place === 'remote' ? mintmark.operator : mintmark.engine,
        policy: {
          'GET /any': { scope: 'any' },
          'GET /wide': { permission: 'projects:delete' },
          'GET /roles': { permission: 'users:read', roles: ['manager'], scope: 'any' },
          'GET /live': { environment: 'live', scope: 'any' },
          'GET /of/:projectId': { scope: 'own project' },
        },
      })
      const cases: readonly (readonly [line: string, query: string, key: string | null])[] = [
        ['GET /any', '', null],
        ['GET /any', '', 'nonsense'],
        ['GET /any', '', await revokedKey(acting)],
        ['GET /any', '', spent],
        ['GET /any', '', await mint({ ipAllowlist: ['192.0.2.0/24'] })],
        ['GET /wide', 'permission=projects:delete&organizationWide=true', await mint({ role: 'member' })],
        ['GET /wide', 'organizationWide=true', await mint({ scope: 'project', projectId: 'web' })],
        ['GET /of/api', 'projectId=api', await mint({ scope: 'project', projectId: 'web' })],
        ['GET /roles', 'permission=users:read&roles=manager', await mint({})],
        ['GET /live', 'environment=live', await mint({ environment: 'test' })],
      ]
      for (const [line, query, key] of cases) {
        const { refusal } = await guard.decide(requestOf(line, key, '127.0.0.1'))
        const answer = await fetch(`${mintmark.url}/v1/forward-auth?${query}`, {
          headers: key === null ? {} : { authorization: `Bearer ${key}` },
        })
        const own = pairsOf(refusal?.headers ?? [])
        const theirs = Object.fromEntries(Object.keys(own).map((name) => [name, answer.headers.get(name) ?? undefined]))
        expect([line, refusal?.status, told(refusal?.body ?? '')]).toEqual([
          line,
          answer.status,
          told(await answer.text()),
        ])
        expect(limitless(own)).toEqual(limitless(theirs))
        expect('x-ratelimit-limit' in own).toBe(answer.headers.has('x-ratelimit-limit'))
      }
    },
  )
})

async function revokedKey(acting: Mintmark): Promise<string> {
  const { id, key } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
  await acting.keys.revoke(id)
  return key
}

/** Without what differs between two requests; seconds may have passed. */
function told(body: string): string {
  return body.replace(/"requestId":"[^"]*"/, '').replace(/\d{5} s/, '')
}

function limitless(headers: Readonly<Record<string, string | undefined>>): object {
  const changing = /^(?:x-request-id|x-ratelimit-re|ratelimit$|retry-after)/
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !changing.test(name)))
}

describe('a policy', () => {
  const serve = servingMintmark()
  let mintmark: ServedMintmark

  test.each<[string, object, string]>([
    ['GET projects', {}, 'write a method and a path'],
    ['get /projects', {}, 'write a method and a path'],
    ['/projects', {}, 'write a method and a path'],
    ['GET /a//b', {}, '"" is neither'],
    ['GET /a/', {}, '"" is neither'],
    ['GET /a/../b', {}, '".." is neither'],
    ['GET /a/*', {}, '"*" is neither'],
    ['GET /a/:id(.*)', {}, '":id(.*)" is neither'],
    ['GET /é', {}, '"é" is neither'],
    ['GET /a/:', {}, '":" is neither'],
    ['GET /a/:b-c', {}, '":b-c" is neither'],
    ['GET /:a/:a', {}, 'a parameter is there twice'],
  ])('of %s is refused at once', (name, rule, words) => {
    const make = (): Guard => createGuard({ verifier: unreachable, policy: { [name]: rule } })
    expect(make).toThrow(PolicyError)
    expect(make).toThrow(words)
  })

  test.each([
    ['GET /a/:b', 'GET /a/:c'],
    ['GET /a/b', 'GET /A/b'],
    ['GET /a/:b/c', 'GET /a/b/:c'],
  ])('in which %s and %s could mean the same is refused', (one, other) => {
    const make = (): Guard => createGuard({ verifier: unreachable, policy: { [one]: {}, [other]: {} } })
    expect(make).toThrow(`${other}: a request can be for it and for ${one} alike`)
  })

  test('must know its contract: at once in this process, before it listens otherwise', async () => {
    mintmark = await serve()
    const wrong: Policy = {
      'GET /a': { permission: 'project:read', roles: ['admins'] },
      'GET /b': { permission: { any: ['x'] } },
    }
    const mistakes = [
      'GET /a: there is no permission "project:read": did you mean "projects:read"?',
      'GET /a: there is no role "admins": did you mean "admin"?',
      'GET /b: there is no permission "x"',
    ]
    expect(() => createGuard({ verifier: mintmark.engine, policy: wrong })).toThrow(mistakes.join('\n'))
    const remote = createGuard({ verifier: mintmark.operator, policy: wrong })
    await expect(remote.ready()).rejects.toMatchObject({ name: 'PolicyError', mistakes })
    await expect(remote.decide(requestOf('GET /a', 'x'))).rejects.toBeInstanceOf(PolicyError)
    await expect(createGuard({ verifier: mintmark.operator, policy }).ready()).resolves.toBeUndefined()
  })

  test('may stand below a prefix', async () => {
    const guard = createGuard({ verifier: mintmark.engine, policy: { ...policy, 'GET /': {} }, prefix: '/api/v1' })
    const acting = await mintmark.organization()
    const { key } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
    expect(await refusalBy(guard, requestOf('GET /api/v1/projects', key))).toEqual([200, null])
    expect(await refusalBy(guard, requestOf('GET /api/v1', key))).toEqual([200, null])
    for (const path of [
      '/projects',
      '/',
      '/api/v1/',
      '/api/v2/projects',
      '/API/v1/projects',
      '/api/v1/api/v1/projects',
    ]) {
      expect([path, ...(await refusalBy(guard, requestOf(`GET ${path}`, key)))]).toEqual([path, 404, 'not_found'])
    }
    expect(() => createGuard({ verifier: unreachable, policy, prefix: 'api' })).toThrow('the prefix "api"')
  })
})

const down = new UnreachableError('Nobody is there.')
const unreachable: Verifier = {
  verify: () => Promise.reject(down),
  contract: () => Promise.reject(down),
}

describe('when Mintmark cannot be asked', () => {
  const serve = servingMintmark()
  const context: GuardContext = {
    key: null,
    session: null,
    organizationId: 'org_known',
    projectId: null,
    environment: 'live',
    permissions: [],
    role: 'member',
  }

  test('a request is refused with 503 and the time to try again, in the dialect as far as it is known', async () => {
    const { refusal } = await createGuard({ verifier: unreachable, policy }).decide(requestOf('GET /projects', 'x'))
    expect(refusal?.status).toBe(503)
    expect(JSON.parse(refusal?.body ?? '')).toMatchObject({ reason: 'unavailable', status: 503 })
    expect(pairsOf(refusal?.headers ?? [])).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' })
    const { engine } = await serve({ contract: { name: 'Example', errors: 'error' } })
    const late = new MintmarkError('Busy.', { reason: 'unavailable', status: 503, retryAfterSeconds: 7 })
    const verifier: Verifier = { contract: engine.contract, verify: () => Promise.reject(late) }
    const known = (await createGuard({ verifier, policy }).decide(requestOf('GET /projects', 'x'))).refusal
    expect(known?.body).toBe('{"error":"This cannot be decided right now. Try again in 7 seconds."}')
    expect(pairsOf(known?.headers ?? [])['retry-after']).toBe('7')
  })

  test('the engine’s own outage is one as well', async () => {
    const { engine } = await serve()
    const outage = Object.assign(new Error('the database store does not answer'), { reason: 'unavailable' })
    const verifier: Verifier = { contract: engine.contract, verify: () => Promise.reject(outage) }
    expect(await refusalBy(createGuard({ verifier, policy }), requestOf('GET /projects', 'x'))).toEqual([
      503,
      'unavailable',
    ])
  })

  test('nothing but an outage is one: a mistake is the application’s to see', async () => {
    const { engine, organization } = await serve()
    const mistaken = new MintmarkError('This needs an operator key.', { reason: 'forbidden', status: 403 })
    const verifier: Verifier = { contract: engine.contract, verify: () => Promise.reject(mistaken) }
    await expect(createGuard({ verifier, policy }).decide(requestOf('GET /projects', 'x'))).rejects.toBe(mistaken)
    const acting = await organization()
    const { key } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
    const tenant = new Mintmark({ server: 'http://127.0.0.1:1', key, contract: engine.contract, maxRetries: 0 })
    expect(await refusalBy(createGuard({ verifier: tenant, policy }), requestOf('GET /projects', key))).toEqual([
      503,
      'unavailable',
    ])
  })

  test('a function may say who calls instead, for a route of the policy and who shows a credential', async () => {
    const { engine } = await serve()
    const asked: unknown[] = []
    const options: GuardOptions = {
      policy,
      verifier: { contract: engine.contract, verify: () => Promise.reject(down) },
      whenUnreachable: (request) => {
        asked.push(request)
        return request.credential === 'known' ? context : null
      },
    }
    const guard = createGuard(options)
    expect(await guard.decide(requestOf('GET /projects', 'known'))).toEqual({ context, refusal: null, headers: [] })
    expect(asked).toEqual([{ method: 'GET', route: 'GET /projects', params: {}, credential: 'known', error: down }])
    expect(await refusalBy(guard, requestOf('GET /projects', 'other'))).toEqual([503, 'unavailable'])
    expect(await refusalBy(guard, requestOf('GET /projects'))).toEqual([401, 'missing_key'])
    expect(await refusalBy(guard, requestOf('GET /private', 'known'))).toEqual([503, 'unavailable'])
    expect(asked).toHaveLength(2)
  })

  test('the contract is read when Mintmark is there, and once', async () => {
    const mintmark = await serve({ contract: { name: 'Example', errors: 'reason' } })
    let reads = 0
    const verifier: Verifier = {
      verify: (question) => mintmark.operator.verify(question),
      contract() {
        reads += 1
        return reads === 1 ? Promise.reject(down) : mintmark.operator.contract()
      },
    }
    const guard = createGuard({ verifier, policy })
    expect(await refusalBy(guard, requestOf('GET /projects', 'x'))).toEqual([503, 'unavailable'])
    for (let call = 0; call < 3; call++) {
      const { refusal } = await guard.decide(requestOf('GET /projects', 'x'))
      expect(refusal?.body).toBe('{"reason":"invalid_key","message":"This credential is not recognised."}')
    }
    expect(reads).toBe(2)
  })

  test('a server that only hangs is one that cannot be asked', async () => {
    const stalled = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(stalled, 'listening')
    const address = stalled.address()
    const { engine } = await serve()
    const verifier = new Mintmark({
      server: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      key: 'mmo_FAKE',
      contract: engine.contract,
      timeoutMs: 50,
    })
    const guard = createGuard({ verifier, policy })
    // Of a shape that the contract knows: all else is refused without a call.
    const key = 'mk_live_FAKE0123456789abcdefghijklmnopqr3fBLMR'
    expect(await refusalBy(guard, requestOf('GET /projects', key))).toEqual([503, 'unavailable'])
    stalled.closeAllConnections()
    stalled.close()
  })
})

describe('the client’s address', () => {
  const serve = servingMintmark()

  test.each([
    ['192.0.2.7', 200],
    ['::ffff:192.0.2.7', 200],
    ['192.0.2.7%eth0', 200],
    ['198.51.100.1', 403],
    [null, 403],
    ['', 403],
    ['192.0.2.07', 403],
    ['3221225991', 403],
    ['192.0.2', 403],
    ['192.0.2.7, 10.0.0.1', 403],
    ['unknown', 403],
  ])('%s of a key that may come from 192.0.2.0/24 only: %i', async (clientIp, status) => {
    const { engine, organization } = await serve()
    const acting = await organization()
    const { key } = await acting.keys.create({
      name: 'ci',
      owner: 'organization',
      role: 'admin',
      ipAllowlist: ['192.0.2.0/24'],
    })
    const guard = createGuard({ verifier: engine, policy })
    expect((await refusalBy(guard, requestOf('GET /projects', key, clientIp)))[0]).toBe(status)
  })
})

test('a verdict that names nobody admits nobody', async () => {
  const verdict: Verdict = {
    valid: true,
    status: 200,
    reason: null,
    message: null,
    key: null,
    session: null,
    rateLimit: null,
  }
  const guard = createGuard({
    verifier: { contract: builtInContract, verify: () => verdict },
    policy,
  })
  expect(await refusalBy(guard, requestOf('GET /projects', 'x'))).toEqual([403, 'forbidden'])
})
