import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Answer, type Client } from '../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../testing/in-process.ts'

const ask = (client: Client, query: string): Promise<Answer> => client.post('/graphql', { query })
/** Limit and what is left of it. */
const spent = (answer: Answer): readonly number[] =>
  ['limit', 'remaining'].map((name) => Number(answer.headers.get(`x-ratelimit-${name}`)))
const aliased = (count: number, field: string): string =>
  Array.from({ length: count }, (_, index) => `x${index}: ${field}`).join(' ')

const contract = { name: 'Acme', minting: { keysManageKeys: true } }

describeOnBothStorages('a request of GraphQL costs', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open({ contract })
    acme = await mintmark.organization()
  })

  /** A key whose window takes this many in an hour. */
  const keyWith = async (limit: number): Promise<Client> => {
    const minted = await acme.mintOwned('admin', { rateLimit: { limit, windowSeconds: 3600 } })
    return mintmark.client(minted.key)
  }
  const countKeys = async () => expectStatus(200, await acme.operator.get('/v1/api-keys?limit=100')).data.length

  test('one for each at the root, under whatever name, done or refused', async () => {
    const client = await keyWith(100)
    expect(spent(await ask(client, '{ me { __typename } }'))).toEqual([100, 99])
    expect(spent(await ask(client, `{ ${aliased(10, 'me { __typename }')} }`))).toEqual([100, 89])
    expect(spent(await ask(client, '{ ...F a: me { __typename } } fragment F on Query { me { __typename } }'))).toEqual(
      [100, 87],
    )
    const mints = `mutation { ${aliased(5, 'createApiKey(input: { name: "x", permissions: [] }) { key }')} }`
    const minted = await ask(client, mints)
    expect(Object.values(minted.body.data)).toHaveLength(5)
    expect(spent(minted)).toEqual([100, 82])
    expect(spent(await ask(client, `mutation { ${aliased(3, 'deleteApiKey(id: "x")')} }`))).toEqual([100, 79])
    expect(minted.body.data.x0.key).toMatch(/^mk_live_/)
  })

  test('all of it or nothing: what does not fit is not begun, and costs nothing', async () => {
    const client = await keyWith(5)
    expect(spent(await ask(client, `{ ${aliased(3, 'me { __typename }')} }`))).toEqual([5, 2])
    const before = await countKeys()
    const mints = `mutation { ${aliased(3, 'createApiKey(input: { name: "x", permissions: [] }) { key }')} }`
    const refused = await ask(client, mints)
    expect(refusal(refused).slice(0, 2)).toEqual([429, 'rate_limit'])
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9][0-9]*$/)
    expect(refused.body.errors[0].extensions.retryAfterSeconds).toBe(Number(refused.headers.get('retry-after')))
    expect(await countKeys()).toBe(before)
    expect(spent(await ask(client, `{ ${aliased(2, 'me { __typename }')} }`))).toEqual([5, 0])
    expect(reason(await ask(client, '{ me { __typename } }'))).toEqual([429, 'rate_limit'])
  })

  test('more than the limit ever admits is a mistake, which costs one', async () => {
    const client = await keyWith(3)
    const answer = await ask(client, `{ ${aliased(4, 'me { __typename }')} }`)
    expect(refusal(answer)).toEqual([
      400,
      'invalid_request',
      'The limit of this key is 3: a cost of 4 can never be admitted.',
    ])
    expect(spent(answer)).toEqual([3, 2])
  })

  test('and one where nothing could be made of it; what the window says comes first', async () => {
    const client = await keyWith(9)
    const wrong: readonly (readonly [unknown, number, string])[] = [
      [{ query: '{ nope }' }, 400, 'invalid_request'],
      [{ query: '{' }, 400, 'invalid_request'],
      [{ query: '{ me { __typename } }', operationName: 'Other' }, 400, 'invalid_request'],
      [{ query: 'query ($id: ID!) { apiKey(id: $id) { id } }' }, 400, 'invalid_request'],
      [{ nothing: 1 }, 400, 'invalid_request'],
      [[{ query: '{ me { __typename } }' }], 400, 'invalid_request'],
      ['{', 400, 'invalid_request'],
      [{ query: `#${'x'.repeat(65_536)}` }, 413, 'payload_too_large'],
    ]
    for (const [index, [body, status, why]] of wrong.entries()) {
      const answer = await client.post('/graphql', body)
      expect([...reason(answer), ...spent(answer)], JSON.stringify(body).slice(0, 60)).toEqual([
        status,
        why,
        9,
        8 - index,
      ])
    }
    const untyped = await client.post('/graphql', '{ me }', { 'content-type': 'application/graphql' })
    expect([...reason(untyped), ...spent(untyped)]).toEqual([415, 'unsupported_media_type', 9, 0])
    for (const [body] of wrong) {
      expect(reason(await client.post('/graphql', body)), JSON.stringify(body).slice(0, 60)).toEqual([
        429,
        'rate_limit',
      ])
    }
  })

  test('as it is counted: a window that is charged after a crash is charged with all of it', async () => {
    const minted = await acme.mintOwned('admin')
    await ask(mintmark.client(minted.key), `{ ${aliased(7, 'me { __typename }')} }`)
    await mintmark.mintmark.engine.usage.flush()
    const { totals } = expectStatus(200, await acme.operator.get(`/v1/usage?keyId=${minted.id}`))
    expect(totals.accepted).toBe(7)
  })

  test('operators and sessions have no window', async () => {
    const answer = await ask(mintmark.client(await acme.session('admin')), '{ me { __typename } }')
    expect(answer.headers.get('x-ratelimit-limit')).toBeNull()
  })
})

describe('a client that waits as long as it is told', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('is never refused twice, however much it asks at once', async () => {
    pass(0)
    const mintmark = await open({ contract })
    const acme = await mintmark.organization()
    const minted = await acme.mintOwned('admin', { rateLimit: { limit: 10, windowSeconds: 60 } })
    const client = mintmark.client(minted.key)
    let refused = 0
    for (let request = 0; request < 300; request++) {
      const query = `{ ${aliased(1 + ((request * 7) % 10), 'me { __typename }')} }`
      const answer = await ask(client, query)
      pass((request * 389) % 4_000)
      if (answer.status === 200) continue
      refused += 1
      expect(reason(answer)).toEqual([429, 'rate_limit'])
      pass(Number(answer.headers.get('retry-after')) * 1000)
      expect((await ask(client, query)).status).toBe(200)
    }
    expect(refused).toBeGreaterThan(50)
  })
})
