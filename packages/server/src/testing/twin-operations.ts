import * as fc from 'fast-check'

/** One operation as both interfaces say it. `key` is which of the keys known so far, or one that is not his. */
export type TwinOperation = {
  readonly name: string
  readonly key: KeyChoice
  readonly input: Readonly<Record<string, unknown>>
}

export type KeyChoice = number | 'foreign' | 'absent' | 'garbage'

const keyFields = `name environment scope projectId permissions status owner { type userId role } createdByUserId
  revokedReason rateLimit { limit windowSeconds } ipAllowlist metadata secrets { expiresAt }`
const meFields = `__typename
  ... on KeyMe { keyName organizationId scope scopedProjectId permissions role effectivePermissions
    rateLimit { limit windowSeconds remaining } }
  ... on SessionMe { userId organizationId role effectivePermissions }
  ... on OperatorMe { keyName }`

type Twin = {
  readonly rest: (id: string, input: TwinOperation['input']) => readonly [method: string, path: string, body?: unknown]
  readonly graphql: string
}

const query = (input: TwinOperation['input']): string =>
  new URLSearchParams(
    Object.fromEntries(Object.entries(input).map(([field, value]) => [field, String(value)])),
  ).toString()

export const twins: Readonly<Record<string, Twin>> = {
  me: { rest: () => ['GET', '/v1/me'], graphql: `{ me { ${meFields} } }` },
  apiKeyRateLimit: {
    rest: () => ['GET', '/v1/api-keys/creation-limits'],
    graphql: '{ apiKeyRateLimit { remaining limit activeTokens maxActiveTokens } }',
  },
  apiKeys: {
    rest: (_, input) => ['GET', `/v1/api-keys?${query(input)}`],
    graphql: `query ($status: KeyStatusFilter, $environment: Environment, $projectId: ID, $owner: ID, $q: String,
        $unusedSince: DateTime, $neverUsed: Boolean,
        $expiresBefore: DateTime, $neverExpires: Boolean, $limit: Int, $cursor: String) {
      apiKeys(status: $status, environment: $environment, projectId: $projectId, owner: $owner, q: $q,
        unusedSince: $unusedSince, neverUsed: $neverUsed,
        expiresBefore: $expiresBefore, neverExpires: $neverExpires, limit: $limit, cursor: $cursor) { data { ${keyFields} } } }`,
  },
  apiKey: {
    rest: (id) => ['GET', `/v1/api-keys/${id}`],
    graphql: `query ($id: ID!) { apiKey(id: $id) { ${keyFields} } }`,
  },
  usage: {
    rest: (id, { ofKey, ...rest }) => [
      'GET',
      `/v1/usage?${query(ofKey === undefined ? rest : { ...rest, keyId: id })}`,
    ],
    graphql: `query ($keyId: ID, $projectId: ID, $environment: Environment, $from: DateTime, $to: DateTime,
        $bucket: UsageBucketSize) {
      usage(keyId: $keyId, projectId: $projectId, environment: $environment, from: $from, to: $to, bucket: $bucket) {
        __typename } }`,
  },
  createApiKey: {
    rest: (_, input) => ['POST', '/v1/api-keys', input],
    graphql: `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key apiKey { id ${keyFields} } } }`,
  },
  updateApiKey: {
    rest: (id, input) => ['PATCH', `/v1/api-keys/${id}`, input],
    graphql: `mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { ${keyFields} } }`,
  },
  revokeApiKey: {
    rest: (id, input) => ['POST', `/v1/api-keys/${id}/revoke`, input],
    graphql: `mutation ($id: ID!, $reason: RevocationReason, $comment: String) {
      revokeApiKey(id: $id, reason: $reason, comment: $comment) { ${keyFields} } }`,
  },
  rotateApiKey: {
    rest: (id, input) => ['POST', `/v1/api-keys/${id}/rotate`, input],
    graphql: `mutation ($id: ID!, $overlapSeconds: Int) {
      rotateApiKey(id: $id, overlapSeconds: $overlapSeconds) { key apiKey { ${keyFields} } } }`,
  },
  deleteApiKey: {
    rest: (id) => ['DELETE', `/v1/api-keys/${id}`],
    graphql: 'mutation ($id: ID!) { deleteApiKey(id: $id) }',
  },
}

/** Mostly what is right: else hardly anything that is made of several would ever be. */
const mostly = <T>(right: readonly [T, ...T[]], wrong: readonly [T, ...T[]]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) })

const projectId = mostly(['site', 'other'], ['nowhere', 'no id!', 'x'.repeat(65)])
const userId = mostly(['admin', 'engineer', 'nobody'], ['no id!'])
const environment = fc.constantFrom('live', 'test')
const time = mostly(['2026-01-01T00:00:00Z', '2099-01-01T00:00:00.000Z'], ['2001-02-30T00:00:00Z', 'yesterday'])
const name = mostly(['ci', 'deploy'], ['', 'x'.repeat(101), 'a\nb'])
const permissions = mostly<readonly string[] | null>(
  [null, [], ['projects:read'], ['api_keys:*'], ['*']],
  [['a:b'], ['*', '*']],
)
const rateLimit = mostly([null, { limit: 5, windowSeconds: 60 }], [{ limit: 0, windowSeconds: 60 }])
const ipAllowlist = mostly<readonly string[] | null>(
  [null, ['192.0.2.0/24'], ['192.0.2.7', '2001:db8::/32']],
  [['here'], []],
)
const metadata = mostly<Readonly<Record<string, string>>>([{}, { team: 'web' }], [{ ['x'.repeat(41)]: 'y' }])
const ofSite = { scope: 'project', projectId: 'site' }
const organizations = { owner: 'organization', role: 'member' }
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof(arbitrary, fc.constant(null))
const optional = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) => fc.record(fields, { requiredKeys: [] })

/** What may be said of each, the greater part of it rightly. */
const inputs: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, unknown>>>>> = {
  apiKeys: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom({ cursor: 'junk' }, { cursor: '' }) },
    {
      weight: 9,
      arbitrary: optional({
        status: fc.constantFrom('active', 'revoked', 'expired', 'all'),
        environment,
        projectId,
        owner: userId,
        q: mostly(['ci', 'mk_live_', ''], ['x'.repeat(101)]),
        unusedSince: time,
        neverUsed: fc.boolean(),
        expiresBefore: time,
        neverExpires: fc.boolean(),
        limit: mostly([1, 2, 100], [0, 101]),
      }),
    },
  ),
  usage: optional({
    ofKey: fc.constant(true),
    projectId,
    environment,
    from: time,
    to: time,
    bucket: fc.constantFrom('minute', 'hour', 'day'),
  }),
  createApiKey: fc
    .oneof(
      {
        weight: 2,
        arbitrary: fc.constantFrom({}, { permissions: [] }, ofSite, { ...ofSite, ...organizations }, organizations),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            optional({
              projectId,
              environment,
              permissions,
              expiresAt: orNull(time),
              rateLimit,
              ipAllowlist,
              metadata,
            }),
            fc.constantFrom({}, { scope: 'organization' }, ofSite, { scope: 'project' }),
            fc.constantFrom({}, {}, organizations, { owner: 'organization', role: 'king' }, { role: 'member' }),
          )
          .map(([rest, scope, owner]) => ({ ...rest, ...scope, ...owner })),
      },
    )
    .chain((rest) => name.map((given) => ({ name: given, ...rest }))),
  updateApiKey: optional({
    name,
    permissions,
    expiresAt: orNull(time),
    rateLimit,
    ipAllowlist,
    metadata,
  }),
  revokeApiKey: optional({
    reason: fc.constantFrom('unspecified', 'leaked', 'superseded', 'unused'),
    comment: mostly(['', 'on a screen'], ['x'.repeat(501)]),
  }),
  rotateApiKey: optional({ overlapSeconds: mostly([0, 60, 604_800], [-1, 604_801]) }),
}

const nothing = fc.constant<Readonly<Record<string, unknown>>>({})
const choice: fc.Arbitrary<KeyChoice> = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom<KeyChoice>('foreign', 'absent', 'garbage') },
)

export const anyOperation: fc.Arbitrary<TwinOperation> = fc
  .constantFrom(...Object.keys(twins), 'createApiKey', 'updateApiKey', 'revokeApiKey', 'rotateApiKey')
  .chain((operation) => fc.record({ name: fc.constant(operation), key: choice, input: inputs[operation] ?? nothing }))

/** What GraphQL sends as variables. */
export function variablesOf({ name: operation, input }: TwinOperation, id: string): Readonly<Record<string, unknown>> {
  if (operation === 'createApiKey') return { input }
  if (operation === 'updateApiKey') return { id, input }
  if (operation !== 'usage') return { id, ...input }
  const { ofKey, ...rest } = input
  return { ...rest, ...(ofKey !== undefined && { keyId: id }) }
}
