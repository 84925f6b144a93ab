import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Answer, type Client } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'

const ask = (client: Client, query: string, more: object = {}): Promise<Answer> =>
  client.post('/graphql', { query, ...more })
const aliased = (count: number, field: string): string =>
  Array.from({ length: count }, (_, index) => `x${index}: ${field}`).join(' ')

describeOnBothStorages('POST /graphql', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open({ contract: { name: 'Acme', minting: { keysManageKeys: true } } })
    acme = await mintmark.organization()
  })

  const countKeys = async () => expectStatus(200, await acme.operator.get('/v1/api-keys?limit=100')).data.length

  describe('does what its REST twins do', () => {
    test('from the first secret of a key to its end', async () => {
      const admin = acme.as('admin')
      const created = await ask(
        admin,
        `mutation Create($input: CreateApiKeyInput!) {
          createApiKey(input: $input) { key apiKey { id name status permissions metadata owner { type userId } secrets { id } } }
        }`,
        { variables: { input: { name: 'ci', permissions: ['projects:read'], metadata: { team: 'web' } } } },
      )
      const { key, apiKey } = expectStatus(200, created).data.createApiKey
      expect(key).toMatch(/^mk_live_/)
      expect(apiKey).toMatchObject({
        name: 'ci',
        status: 'active',
        permissions: ['projects:read'],
        metadata: { team: 'web' },
        owner: { type: 'member', userId: 'admin' },
      })
      const me = expectStatus(200, await ask(mintmark.client(key), '{ me { ... on KeyMe { apiKeyId keyPrefix } } }'))
      expect(me.data.me).toEqual({ apiKeyId: apiKey.id, keyPrefix: key.slice(0, 16) })
      const changes = await ask(
        admin,
        `mutation ($id: ID!) {
          updateApiKey(id: $id, input: { name: "renamed", permissions: null }) { name permissions }
          rotateApiKey(id: $id, overlapSeconds: 0) { key apiKey { secrets { id } } }
          revokeApiKey(id: $id, reason: leaked) { status revokedReason revokedBy { type id } }
        }`,
        { variables: { id: apiKey.id } },
      )
      expect(expectStatus(200, changes).data).toMatchObject({
        updateApiKey: { name: 'renamed', permissions: null },
        rotateApiKey: { key: expect.stringMatching(/^mk_live_/) },
        revokeApiKey: { status: 'revoked', revokedReason: 'leaked', revokedBy: { type: 'member', id: 'admin' } },
      })
      const deleted = await ask(admin, `mutation { deleteApiKey(id: "${apiKey.id}") }`)
      expect(expectStatus(200, deleted)).toEqual({ data: { deleteApiKey: true } })
      expect(reason(await acme.operator.get(`/v1/api-keys/${apiKey.id}`))).toEqual([404, 'not_found'])
    })

    test('and reads what they read', async () => {
      const { id } = await acme.mint({ name: 'to be read', ipAllowlist: ['192.0.2.0/24'] })
      const key = expectStatus(200, await acme.operator.get(`/v1/api-keys/${id}`))
      const fields = `id name prefix environment scope projectId permissions status owner { type userId role } createdAt
        createdByUserId expiresAt revokedAt revokedBy { type id } revokedReason lastUsedAt lastUsedIp lastUsedAgent
        rateLimit { limit windowSeconds } ipAllowlist metadata
        secrets { id prefix createdAt expiresAt lastUsedAt lastUsedIp lastUsedAgent }`
      const { data } = expectStatus(
        200,
        await ask(
          acme.operator,
          `{ apiKey(id: "${id}") { ${fields} } apiKeys(q: "to be read") { data { ${fields} } nextCursor } }`,
        ),
      )
      expect(data.apiKey).toEqual({ ...key, owner: { role: null, ...key.owner } })
      expect(data.apiKeys).toEqual({ data: [data.apiKey], nextCursor: null })
      const limits = expectStatus(200, await acme.as('admin').get('/v1/api-keys/creation-limits'))
      const own = await ask(
        acme.as('admin'),
        '{ apiKeyRateLimit { remaining limit resetAt activeTokens maxActiveTokens } }',
      )
      const { activeKeys: activeTokens, maxActiveKeys: maxActiveTokens, ...rest } = limits
      expect(own.body.data.apiKeyRateLimit).toEqual({ ...rest, activeTokens, maxActiveTokens })
      const usage = await ask(
        acme.operator,
        '{ usage { data { at accepted } totals { accepted refused { reason count } } } }',
      )
      const twin = expectStatus(200, await acme.operator.get('/v1/usage'))
      expect(usage.body.data.usage.totals.accepted).toBe(twin.totals.accepted)
    })

    test('page by page', async () => {
      const beta = await mintmark.organization()
      for (let index = 0; index < 3; index++) await beta.mint({ name: `key ${index}` })
      const first = await ask(beta.operator, '{ apiKeys(limit: 2) { data { name } nextCursor } }')
      const { nextCursor } = first.body.data.apiKeys
      const second = await ask(
        beta.operator,
        'query ($cursor: String) { apiKeys(limit: 2, cursor: $cursor) { data { name } nextCursor } }',
        {
          variables: { cursor: nextCursor },
        },
      )
      expect([...first.body.data.apiKeys.data, ...second.body.data.apiKeys.data].map(({ name }) => name)).toEqual([
        'key 2',
        'key 1',
        'key 0',
      ])
      expect(second.body.data.apiKeys.nextCursor).toBeNull()
    })

    test('with no regard to Idempotency-Key', async () => {
      const create = () =>
        acme
          .as('admin')
          .post(
            '/graphql',
            { query: 'mutation { createApiKey(input: { name: "x" }) { key } }' },
            { 'idempotency-key': 'one' },
          )
      const [one, other] = [await create(), await create()]
      expect(one.body.data.createApiKey.key).not.toBe(other.body.data.createApiKey.key)
    })
  })

  describe('refuses field by field', () => {
    test('and what one is refused takes nothing from the others', async () => {
      const before = await countKeys()
      await acme.addProject('site')
      const mint = (name: string, projectId: string) =>
        `${name}: createApiKey(input: { name: "ci", scope: project, projectId: "${projectId}" }) { key }`
      const wide = 'wide: createApiKey(input: { name: "ci" }) { key }'
      const query = `mutation { ${wide} ${mint('nowhere', 'nowhere')} ${mint('made', 'site')} }`
      const { status, body } = await ask(acme.as('engineer'), query)
      expect(status).toBe(200)
      expect(body.data).toEqual({ wide: null, nowhere: null, made: { key: expect.stringMatching(/^mk_live_/) } })
      const refusals = body.errors.map((error: Answer['body']) => [
        error.path[0],
        error.extensions.reason,
        error.extensions.status,
      ])
      expect(refusals).toEqual([
        ['wide', 'forbidden', 403],
        ['nowhere', 'not_found', 404],
      ])
      expect(await countKeys()).toBe(before + 1)
    })

    test('with reason, status, and what is wrong where', async () => {
      const { body } = await ask(
        acme.as('admin'),
        'mutation { createApiKey(input: { name: "x", permissions: ["a:b"] }) { key } }',
      )
      expect(body.errors).toEqual([
        {
          message: 'There is no permission "a:b" in the contract.',
          path: ['createApiKey'],
          locations: [{ line: 1, column: 12 }],
          extensions: {
            reason: 'invalid_request',
            status: 400,
            title: 'Invalid request',
            errors: [{ path: 'permissions[0]', message: 'There is no permission "a:b" in the contract.' }],
          },
        },
      ])
    })

    test('with the day’s limit and when it ends', async () => {
      const other = await open({ contract: { name: 'Acme', minting: { perMemberPerDay: 1 } } })
      const beta = await other.organization()
      await beta.mint()
      const { body } = await ask(beta.as('admin'), 'mutation { createApiKey(input: { name: "x" }) { key } }')
      expect(body.errors[0].extensions).toMatchObject({
        reason: 'creation_limit',
        status: 429,
        retryAfterSeconds: expect.any(Number),
        resetAt: expect.stringMatching(/Z$/),
      })
    })

    test('as a whole where nobody knows who asks', async () => {
      const answer = await ask(mintmark.client(null), '{ me { __typename } }')
      expect(refusal(answer).slice(0, 2)).toEqual([401, 'missing_key'])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mintmark"')
      expect(answer.body.errors[0].extensions.requestId).toBe(answer.headers.get('x-request-id'))
      expect(reason(await ask(mintmark.client('mk_live_x'), '{ me { __typename } }'))).toEqual([401, 'invalid_key'])
    })

    test('an operator outside of any organization, where one is needed', async () => {
      const { body } = await ask(mintmark.operator, '{ me { __typename } apiKeys { nextCursor } }')
      expect(body.data).toEqual({ me: { __typename: 'OperatorMe' }, apiKeys: null })
      expect(body.errors[0].extensions.reason).toBe('invalid_request')
    })
  })

  describe('takes', () => {
    test('no batches, no GET, no form, no subscription', async () => {
      const client = acme.as('admin')
      expect(reason(await client.post('/graphql', [{ query: '{ me { __typename } }' }]))).toEqual([
        400,
        'invalid_request',
      ])
      const mutation = encodeURIComponent('mutation { createApiKey(input: { name: "x" }) { key } }')
      const before = await countKeys()
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await client.send(method, `/graphql?query=${mutation}`)
        expect(answer.text).not.toContain('createApiKey')
      }
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      expect(reason(await client.post('/graphql', `query=${mutation}`, form))).toEqual([415, 'unsupported_media_type'])
      expect(await countKeys()).toBe(before)
      expect(reason(await ask(client, 'subscription { me }'))).toEqual([400, 'invalid_request'])
    })

    test('what is too much: told before anything is done', async () => {
      const client = acme.as('admin')
      const before = await countKeys()
      const mint = 'createApiKey(input: { name: "x" }) { key }'
      for (const query of [
        `mutation { ${aliased(11, mint)} }`,
        `mutation { createApiKey(input: { name: "x" }) ${'@include(if: true) '.repeat(11)}{ key } }`,
        `query A { me { __typename } } query B { ${aliased(16, 'me { __typename }')} }`,
        `{ ${'a '.repeat(1000)} }`,
      ]) {
        const answer = await ask(client, query, { operationName: query.startsWith('query') ? 'A' : null })
        expect(refusal(answer), query.slice(0, 80)).toEqual([
          400,
          'invalid_request',
          expect.stringMatching(/^At most|tokens/),
        ])
      }
      expect(await countKeys()).toBe(before)
    })

    test('no name in metadata that REST takes in none', async () => {
      const admin = acme.as('admin')
      const { id, path } = await acme.mint({ metadata: { team: 'web' } })
      for (const mutation of [
        'createApiKey(input: { name: "x", metadata: { __proto__: "a" } }) { key }',
        `updateApiKey(id: "${id}", input: { metadata: { __proto__: "a" } }) { id }`,
      ]) {
        const { body } = await ask(admin, `mutation { ${mutation} }`)
        expect(body.errors?.[0].extensions, mutation).toMatchObject({
          reason: 'invalid_request',
          errors: [{ path: 'metadata', message: 'No field may be called __proto__.' }],
        })
      }
      expect((await admin.get(path)).body.metadata).toEqual({ team: 'web' })
    })

    test('the usual question about the schema, of whoever has a credential', async () => {
      const query = `query IntrospectionQuery { __schema { queryType { name } mutationType { name } types { ...FullType } } }
        fragment FullType on __Type { kind name fields(includeDeprecated: true) { name args { ...InputValue } type { ...TypeRef } } inputFields { ...InputValue } enumValues { name } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } }`
      const { data } = expectStatus(200, await ask(acme.as('member'), query))
      expect(data.__schema.types.map(({ name }: { name: string }) => name)).toContain('ApiKey')
      expect(reason(await ask(mintmark.client(null), query))).toEqual([401, 'missing_key'])
      const deep = `{ __schema { types ${'{ fields { type '.repeat(4)} { name } ${'} }'.repeat(4)} } }`
      expect(reason(await ask(acme.as('member'), deep))).toEqual([400, 'invalid_request'])
    })
  })

  describe('says', () => {
    test.each([
      ['application/json', 'application/json; charset=utf-8'],
      ['*/*', 'application/json; charset=utf-8'],
      ['text/event-stream', 'application/json; charset=utf-8'],
      ['multipart/mixed', 'application/json; charset=utf-8'],
      ['application/problem+json', 'application/json; charset=utf-8'],
      ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
    ])('to who accepts %s: %s, with the same statuses', async (accept, type) => {
      const asking = acme.as('admin').with({ accept })
      const statuses: number[] = []
      for (const query of ['{ me { __typename } }', '{ nope }', '{ apiKey(id: "x") { id } }']) {
        const answer = await ask(asking, query)
        expect(answer.headers.get('content-type')).toBe(type)
        statuses.push(answer.status)
      }
      expect(statuses).toEqual([200, 400, 200])
      expect((await ask(mintmark.client(null).with({ accept }), '{ me }')).headers.get('content-type')).toBe(type)
    })

    test('no names that were not asked for', async () => {
      for (const query of [
        '{ apiKey(id: "x") { nam } }',
        '{ apiKeyz { data { id } } }',
        '{ apiKeys(statu: active) { nextCursor } }',
        '{ apiKeys(status: activ) { nextCursor } }',
        'mutation { createApiKey(input: { nam: "x" }) { key } }',
        '{ me { ... on KeyM { keyName } } }',
      ]) {
        const answer = await ask(acme.as('admin'), query)
        expect(reason(answer)).toEqual([400, 'invalid_request'])
        expect(answer.text).not.toMatch(/did you mean/i)
      }
      const variables = { input: { name: 'x', environment: 'liv', nam: 1 } }
      const coerced = await ask(
        acme.as('admin'),
        'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key } }',
        { variables },
      )
      expect(reason(coerced)).toEqual([400, 'invalid_request'])
      expect(coerced.text).not.toMatch(/did you mean/i)
    })

    test('no credential that went astray, again', async () => {
      const { key } = await acme.mint()
      for (const query of [`{ ${key} }`, `{ apiKey(${key}: 1) { id } }`, `query { apiKey(id: "x") { ${key} } }`]) {
        const answer = await ask(acme.as('admin'), query)
        expect(answer.status).toBe(400)
        expect(answer.text).not.toContain(key)
      }
    })
  })

  test.each(['reason', 'error', 'envelope'])('is the same where errors are written as %s', async (errors) => {
    const other = await open({ contract: { name: 'Acme', errors } })
    const beta = await other.organization()
    const done = await ask(beta.as('admin'), '{ me { __typename } }')
    expect(done.body).toEqual({ data: { me: { __typename: 'SessionMe' } } })
    expect(reason(await ask(other.client(null), '{ me { __typename } }'))).toEqual([401, 'missing_key'])
  })
})
