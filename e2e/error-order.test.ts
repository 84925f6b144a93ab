import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintKey, settle, type Household, type MintedKey } from './testing/cast.ts'
import { expectCall } from './testing/client.ts'
import { createOrganization, startEmbedded, type Installation } from './testing/installation.ts'
import { callRaw, reasonOf, requestText } from './testing/raw-http.ts'

/**
 * API.md section 3: 431, 400 ambiguous_credentials, 401, 429, 403, 404, 405, 413, 415, 400, 409. A request with two
 * faults is told of the first, and each fault is told of where it is alone.
 */
let installation: Installation
let home: Household
let rotated: MintedKey
let revoked: MintedKey
/** Of a suspended organization, the first with nothing left of its window. */
let exhausted: MintedKey
let suspended: MintedKey
let dead: MintedKey

beforeAll(async () => {
  installation = await startEmbedded()
  home = await settle(installation)
  rotated = await mintKey(installation, home.acting(home.userIds['admin']))
  revoked = await mintKey(installation, home.acting(home.userIds['admin']))
  const { url, operatorKey: key } = installation
  await expectCall(200, url, 'POST', `/v1/api-keys/${revoked.id}/revoke`, { key, headers: home.acting() })
  await suspendOne()
})

afterAll(() => installation.remove())

async function suspendOne(): Promise<void> {
  const { url, operatorKey: key } = installation
  const organization = await createOrganization(installation, { rateLimit: { limit: 1, windowSeconds: 86_400 } })
  const headers = organization.acting()
  const rateLimit = { limit: 100_000, windowSeconds: 60 }
  const owner = { owner: 'organization', role: 'admin' }
  exhausted = await mintKey(installation, headers, { name: 'exhausted', ...owner })
  dead = await mintKey(installation, headers, { name: 'dead', ...owner })
  suspended = await mintKey(installation, headers, { name: 'suspended', ...owner, rateLimit })
  for (const spent of [exhausted, dead]) await expectCall(200, url, 'GET', '/v1/me', { key: spent.key })
  await expectCall(200, url, 'POST', `/v1/api-keys/${dead.id}/revoke`, { key, headers })
  await expectCall(200, url, 'PATCH', `/v1/organizations/${organization.id}`, { key, body: { status: 'suspended' } })
}

/** A request that can be at fault in many ways at once. */
type Draft = {
  credential: string
  method: string
  path: string
  headers: string[]
  type: string
  body: string
}

type Fault = {
  readonly reason: string
  readonly spoil: (draft: Draft) => void
  /** What cannot be told beside it, because it takes away what the other would be found by. */
  readonly hides?: readonly Fault[]
}

const tooMany: Fault = { reason: 'headers_too_large', spoil: ({ headers }) => headers.push(`X: ${'x'.repeat(20_000)}`) }
const twice: Fault = {
  reason: 'ambiguous_credentials',
  spoil: ({ headers }) => headers.push('X-API-Key: one', 'X-API-Key: another'),
}
const large: Fault = {
  reason: 'payload_too_large',
  spoil: (draft) => (draft.body = draft.body.padEnd(65_537, ' ')),
}
const typed: Fault = { reason: 'unsupported_media_type', spoil: (draft) => (draft.type = 'text/plain') }
const malformed: Fault = { reason: 'invalid_request', spoil: (draft) => (draft.body = `${draft.body}{`) }
const wrong: Fault = { reason: 'invalid_request', spoil: (draft) => (draft.body = '{"unknown":1}') }
const headless: Fault = {
  reason: 'invalid_request',
  spoil: (draft) => (draft.headers = draft.headers.filter((line) => !line.startsWith('Mintmark-Organization'))),
}
const actingTwice: Fault = { reason: 'invalid_request', spoil: ({ headers }) => headers.push('Mintmark-User: another') }

const noPath: Fault = { reason: 'not_found', spoil: (draft) => (draft.path = '/v1/nothing') }
const noMethod: Fault = { reason: 'method_not_allowed', spoil: (draft) => (draft.method = 'PUT') }

/** Whose request it is. Each is at fault in everything that the ones after it are at fault in. */
const asNobody: Fault = { reason: 'missing_key', spoil: (draft) => (draft.credential = '') }
const asStranger: Fault = { reason: 'invalid_key', spoil: (draft) => (draft.credential = 'mk_live_unknown') }
const asDead: Fault = { reason: 'key_revoked', spoil: (draft) => (draft.credential = dead.key) }
const asExhausted: Fault = { reason: 'rate_limit', spoil: (draft) => (draft.credential = exhausted.key) }
const asSuspended: Fault = {
  reason: 'organization_suspended',
  spoil: (draft) => (draft.credential = suspended.key),
}
/** What is no operation has no policy. */
const asKey: Fault = {
  reason: 'forbidden',
  spoil: (draft) => (draft.credential = home.key.key),
  hides: [noPath, noMethod],
}

const demandedTwice: Fault = { reason: 'invalid_request', spoil: (draft) => (draft.path += '&permission=x') }
const demandUnknown: Fault = { reason: 'invalid_request', spoil: (draft) => (draft.path += '&unknown=x') }
/** What a query demands that cannot be read, nobody knows. */
const asPowerless: Fault = {
  reason: 'forbidden',
  spoil: (draft) => (draft.credential = home.powerlessKey.key),
  hides: [demandedTwice, demandUnknown],
}

type Scene = { readonly name: string; readonly draft: () => Draft; readonly inOrder: readonly (readonly Fault[])[] }

/** Faults side by side come to the same status. */
const scenes: readonly Scene[] = [
  {
    name: 'POST /v1/api-keys/{id}/rotate',
    draft: () => ({
      credential: installation.operatorKey,
      method: 'POST',
      path: `/v1/api-keys/${rotated.id}/rotate`,
      headers: [`Mintmark-Organization: ${home.id}`, `Mintmark-User: ${home.userIds['admin']}`],
      type: 'application/json',
      body: '{"overlapSeconds":1}',
    }),
    inOrder: [
      [tooMany],
      [twice],
      [asNobody, asStranger, asDead],
      [asExhausted],
      [asSuspended, asKey],
      [
        // Without an organization nothing is looked up.
        {
          reason: 'not_found',
          spoil: (draft) => (draft.path = '/v1/api-keys/key_absent/rotate'),
          hides: [headless, actingTwice],
        },
        noPath,
        noMethod,
      ],
      [large],
      [typed],
      [malformed, wrong, headless, actingTwice],
      [{ reason: 'conflict', spoil: (draft) => (draft.path = `/v1/api-keys/${revoked.id}/rotate`) }],
    ],
  },
  {
    name: 'POST /v1/verify',
    draft: () => ({
      credential: installation.operatorKey,
      method: 'POST',
      path: '/v1/verify',
      headers: [`Mintmark-Organization: ${home.id}`],
      type: 'application/json',
      body: '{"key":"x"}',
    }),
    inOrder: [
      [tooMany],
      [twice],
      [asNobody, asStranger, asDead],
      [asExhausted],
      [asSuspended, asKey],
      [noMethod],
      [large],
      [typed],
      [
        malformed,
        wrong,
        { reason: 'invalid_request', spoil: ({ headers }) => headers.push('Mintmark-Organization: x') },
      ],
    ],
  },
  {
    name: 'GET /v1/forward-auth',
    draft: () => ({
      credential: home.key.key,
      method: 'GET',
      path: '/v1/forward-auth?permission=projects:read',
      headers: [],
      type: 'application/json',
      body: '',
    }),
    inOrder: [
      [tooMany],
      [twice],
      [asNobody, asStranger, asDead],
      [asExhausted],
      [asSuspended, asPowerless],
      [
        demandedTwice,
        demandUnknown,
        { reason: 'invalid_request', spoil: ({ headers }) => headers.push('Mintmark-User: x') },
      ],
    ],
  },
]

async function reasonFor(draft: Draft): Promise<string | null> {
  const { credential, method, path, headers, type, body } = draft
  const lines = [
    ...(credential === '' ? [] : [`Authorization: Bearer ${credential}`]),
    ...headers,
    ...(body === '' ? [] : [`Content-Type: ${type}`, `Content-Length: ${body.length}`]),
  ]
  return reasonOf(await callRaw(installation.url, requestText(`${method} ${path}`, lines, body)))
}

describe.each(scenes)('$name', ({ draft, inOrder }) => {
  const faults = inOrder.flatMap((group, rank) => group.map((fault, index) => ({ ...fault, rank, index })))
  const isHidden = (second: Fault, { hides = [] }: Fault): boolean => hides.some(({ spoil }) => spoil === second.spoil)

  test('is in order without a fault', async () => {
    expect(await reasonFor(draft())).toBe(null)
  })

  test.each(faults)('tells of $reason ($index) alone', async ({ spoil, reason }) => {
    const spoiled = draft()
    spoil(spoiled)
    expect(await reasonFor(spoiled)).toBe(reason)
  })

  const pairs = faults.flatMap((first) =>
    faults
      .filter((second) => second.rank > first.rank && !isHidden(second, first))
      .map((second) => ({ first, second })),
  )

  test.each(pairs)('tells of $first.reason ($first.index) before $second.reason ($second.index)', async (pair) => {
    const spoiled = draft()
    // The later first, so that where both spoil the same part the earlier one's fault is in it.
    pair.second.spoil(spoiled)
    pair.first.spoil(spoiled)
    expect(await reasonFor(spoiled)).toBe(pair.first.reason)
  })
})
