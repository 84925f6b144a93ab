import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MintmarkError, UnreachableError } from './errors.ts'
import type { GuardOptions } from './guard/guard.ts'
import { RefusedError } from './guard/refused-error.ts'
import { failingRoute, frameworks, type ServedApplication } from './testing/guarded-application.ts'
import { bearer, rawRequest } from './testing/raw-request.ts'
import { servingMintmark, type ServedMintmark } from './testing/served-mintmark.ts'

const policy: GuardOptions['policy'] = { [failingRoute]: { scope: 'any' }, 'POST /fails': { scope: 'any' } }
const contract = {
  errors: 'error',
  messages: { not_found: 'No such thing', creation_limit: 'Not before {resetAt}' },
  minting: { perMemberPerDay: 1 },
}

class Statused extends Error {
  readonly status: number
  constructor(status: number) {
    super('what was sent: mk_live_0')
    this.status = status
  }
}

/** What a handler throws, and what its caller then reads. */
const refusals: readonly (readonly [string, () => unknown, number, string])[] = [
  ['its own refusal', () => new RefusedError('not_found'), 404, 'No such thing'],
  ['one with a sentence', () => new RefusedError('conflict', 'It is locked.'), 409, 'It is locked.'],
  [
    'what the client was refused',
    () => new MintmarkError('Missing api_keys:write permission.', { reason: 'forbidden', status: 403 }),
    403,
    'Missing api_keys:write permission.',
  ],
  ['a framework’s 400, without its words', () => new Statused(400), 400, 'The request is malformed.'],
  ['a framework’s 413', () => new Statused(413), 413, 'A body may have at most 65536 bytes.'],
  ['a framework’s 422', () => new Statused(422), 400, 'The request is malformed.'],
  [
    'what a schema wants',
    () => Object.assign(new Error('body must have property name'), { statusCode: 400, validation: [{}] }),
    400,
    'body must have property name',
  ],
  [
    'that Mintmark is away',
    () => new UnreachableError('Mintmark could not be reached.'),
    503,
    'This cannot be decided right now. Try again in 1 seconds.',
  ],
  [
    'that its storage is',
    () => Object.assign(new Error('ECONNREFUSED'), { reason: 'unavailable' }),
    503,
    'This cannot be decided right now. Try again in 1 seconds.',
  ],
]

/** What is nobody’s refusal. */
const faults: readonly (readonly [string, () => unknown])[] = [
  ['any error', () => new Error('select * from secrets')],
  [
    'a 401, which is about the application’s own key',
    () => new MintmarkError('x', { reason: 'key_revoked', status: 401 }),
  ],
  ['an answer of what is no Mintmark', () => new MintmarkError('x', { reason: null, status: 200 })],
  ['an unknown reason', () => Object.assign(new Error('x'), { refusal: { reason: 'bored' } })],
  ['a status of no caller’s fault', () => new Statused(502)],
]
const internal = 'Something went wrong on our side. Quote the request id when you report it.'

describe.each(frameworks)('errors of handlers behind the guard of $name', ({ serve }) => {
  const serveMintmark = servingMintmark()
  const told: unknown[] = []
  let mintmark: ServedMintmark
  let application: ServedApplication
  let key: string
  let error: () => unknown
  beforeAll(async () => {
    mintmark = await serveMintmark({ contract })
    const acting = await mintmark.organization()
    key = (await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })).key
    const failing = { error: () => error(), onFault: (fault: unknown) => void told.push(fault) }
    application = await serve({ verifier: mintmark.engine, policy }, [failingRoute], failing)
  })
  afterAll(() => application.close())

  const call = async (thrown: () => unknown, line = failingRoute) => {
    told.length = 0
    error = thrown
    return rawRequest(application.url, line, bearer(key))
  }

  test.each(refusals)('%s', async (_, thrown, status, sentence) => {
    const answer = await call(thrown)
    expect([answer.status, answer.text]).toEqual([status, JSON.stringify({ error: sentence })])
    expect(answer.headers['x-ratelimit-limit']).toBe('600')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(told).toEqual([])
  })

  test('what was refused by a handler is what the guard itself refuses, to the byte', async () => {
    const own = await call(() => new RefusedError('not_found'))
    const guards = await call(() => undefined, 'GET /absent')
    expect([guards.status, guards.text]).toEqual([own.status, own.text])
    const names = (headers: object): readonly string[] => Object.keys(headers).filter((name) => name !== 'keep-alive')
    expect(names(own.headers).toSorted()).toEqual(names(guards.headers).toSorted())
  })

  test('what the engine in this process refused, with the time to wait', async () => {
    const { engine, operator } = mintmark
    const { id } = await operator.organizations.create({ name: 'Globex' })
    await operator.members.sync(id, 'ada', { role: 'admin' })
    const ada = operator.actingIn(id, 'ada')
    await ada.keys.create({ name: 'first' })
    const { token } = await operator.sessions.create({ organizationId: id, userId: 'ada' })
    const origin = { requestId: 'x', ip: null }
    const { caller } = await engine.authenticate.request({
      credential: token,
      organizationId: null,
      userId: null,
      origin,
    })
    const refused: unknown = await engine.keys
      .mint(caller as never, { name: 'second' })
      .catch((thrown: unknown) => thrown)
    const answer = await call(() => refused)
    expect([answer.status, answer.text]).toEqual([429, expect.stringMatching(/^\{"error":"Not before 2\d{3}-\S+Z"\}$/)])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(86_000)
  })

  test.each(faults)('%s is a fault, of which nobody is told but the log', async (_, thrown) => {
    const answer = await call(thrown)
    expect([answer.status, answer.text]).toEqual([500, JSON.stringify({ error: internal })])
    expect(told.length).toBe(1)
  })
})
