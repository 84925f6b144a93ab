import { createId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { policies } from '../engine/policy.ts'
import { placeholder, placeholders, requests, type Ids } from '../testing/foreign-requests.ts'
import { expectStatus, reason, type Answer, type Client } from '../testing/http-client.ts'
import { openingInProcess, type InProcess, type TestOrganization } from '../testing/in-process.ts'
import { requestOf } from '../testing/matrix-requests.ts'
import { describeWithPostgres, testDatabaseUrl } from '../testing/servers.ts'
import { OpenApiDocument } from '../testing/openapi-document.ts'
import { postgresTables, sqliteTables, type Tables } from '../testing/whole-tables.ts'

/** Lists, the cursors of which are somebody's. */
const lists: readonly ((ids: Ids) => string)[] = [
  () => '/v1/webhooks',
  ({ webhookId }) => `/v1/webhooks/${webhookId}/deliveries`,
  () => '/v1/api-keys',
  () => '/v1/users',
  () => '/v1/users/invitations',
  () => '/v1/projects',
  () => '/v1/audit-events',
]

type Opened = { readonly mintmark: InProcess; readonly tables: () => Promise<Tables> }

const contract = {
  name: 'Example',
  minting: { keysManageKeys: true },
  tiers: { standard: { limit: 100_000, windowSeconds: 1 } },
  defaultTier: 'standard',
}

describe('a sweep (SQLite)', () => {
  const open = openingInProcess()
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-sweep-'))
  afterAll(() => rmSync(dataDir, { recursive: true }))
  suite(async () => {
    const mintmark = await open({ dataDir, contract })
    return { mintmark, tables: async () => sqliteTables(dataDir) }
  })
})

describeWithPostgres('a sweep (PostgreSQL)', () => {
  const open = openingInProcess()
  suite(async () => {
    const databaseUrl = await testDatabaseUrl()
    const mintmark = await open({ databaseUrl, contract })
    return { mintmark, tables: async () => postgresTables(databaseUrl) }
  })
})

function suite(opening: () => Promise<Opened>): void {
  let opened: Opened
  let alpha: TestOrganization
  let theirs: Ids
  let own: Ids
  let absent: Ids
  let callers: Readonly<Record<string, Client>>

  beforeAll(async () => {
    opened = await opening()
    const { mintmark } = opened
    alpha = await mintmark.organization({ id: 'alpha', roles: ['admin'] })
    const beta = await mintmark.organization({ id: 'beta', roles: ['admin'] })
    theirs = await fill(mintmark, alpha, 'alpha')
    own = await fill(mintmark, beta, 'beta')
    absent = nothing()
    const inProject = await beta.mint({ scope: 'project', projectId: own.projectId })
    const inOrganization = await beta.mint()
    callers = {
      'an administrator’s session': mintmark.client(await beta.session('admin')),
      'an operator on behalf of an administrator': beta.as('admin'),
      'a key of the organization': mintmark.client(inOrganization.key),
      'a key of a project': mintmark.client(inProject.key),
    }
    // First uses are marked on the key itself.
    for (const client of Object.values(callers)) expectStatus(200, await client.get('/v1/me'))
    expectStatus(200, await alpha.operator.get('/v1/projects'))
  })

  test('names something of another in every path that names anything', async () => {
    const { operations } = await OpenApiDocument.of(opened.mintmark.url)
    // The assets of pages are nobody's.
    const naming = operations.filter(({ path }) => path.includes('{') && !path.startsWith('/assets/'))
    const swept = new Set(
      Object.values(requests).map((request) => {
        const [method, path] = request(placeholders, placeholders)
        return `${method} ${path}`
      }),
    )
    expect(naming.length).toBeGreaterThan(25)
    for (const { method, path } of naming) {
      expect(swept).toContain(`${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, placeholder)}`)
    }
  })

  test('with what is another’s: as if it were not there, and no row changes', async () => {
    const before = await opened.tables()
    expect(Object.keys(before).length).toBeGreaterThan(10)
    expect(before['api_keys']?.length).toBeGreaterThan(3)
    for (const [caller, client] of Object.entries(callers)) {
      for (const [name, request] of Object.entries(requests)) {
        const foreign = await client.send(...request(theirs, own))
        const missing = await client.send(...request(absent, own))
        expect([caller, name, plain(foreign, theirs)]).toEqual([caller, name, plain(missing, absent)])
        const isRefused = name.startsWith('query: heir') || name.startsWith('body: ') ? [400, 403, 404] : [403, 404]
        if (foreign.status === 200) expect([caller, name, foreign.body.data]).toEqual([caller, name, []])
        else expect(isRefused, `${caller}, ${name}`).toContain(foreign.status)
      }
    }
    expect(await opened.tables()).toEqual(before)
  })

  test('with another’s cursor: as with a made up one', async () => {
    for (const list of lists) {
      const { nextCursor } = expectStatus(200, await alpha.operator.get(`${list(theirs)}?limit=1`))
      const path = list(own)
      expect(nextCursor, path).not.toBeNull()
      const made = `${String(nextCursor).slice(0, -4)}AAAA`
      for (const [caller, client] of Object.entries(callers)) {
        const foreign = await client.get(`${path}?limit=1&cursor=${nextCursor}`)
        const missing = await client.get(`${path}?limit=1&cursor=${made}`)
        expect([caller, path, plain(foreign, theirs)]).toEqual([caller, path, plain(missing, theirs)])
        if (foreign.status !== 200) expect([400, 403]).toContain(foreign.status)
        else expect(foreign.text).not.toContain('alpha')
      }
    }
  })

  test('with the other organization in the acting headers: as with nobody’s, and nobody is let in', async () => {
    const headersOf = ({ organizationId, userId }: Ids) => ({
      'mintmark-organization': organizationId,
      'mintmark-user': userId,
    })
    for (const [caller, client] of Object.entries(callers)) {
      if (caller.startsWith('an operator')) continue
      const foreign = await client.get('/v1/users', headersOf(theirs))
      expect(plain(foreign, theirs)).toEqual(plain(await client.get('/v1/users', headersOf(absent)), absent))
      expect([400, 403]).toContain(foreign.status)
    }
  })

  const operations = Object.keys(policies).filter(
    (operation) => policies[operation as 'verify'].who !== ('public' as string),
  )

  test.each(['none', 'of the wrong sort', 'empty'])(
    'without a credential (%s), whatever is claimed: 401, and no row changes',
    async (sort) => {
      const headers = {
        none: {},
        'of the wrong sort': { cookie: 'session=x', authorization: 'Basic YWRtaW46' },
        empty: { authorization: 'Bearer ' },
      }[sort]
      const nobody = opened.mintmark.client(null).with({
        ...headers,
        'mintmark-organization': 'alpha',
        'mintmark-user': 'admin',
      })
      const claims = {
        userId: 'admin',
        organizationId: 'alpha',
        permissions: null,
        role: 'admin',
        owner: 'organization',
      }
      const before = await opened.tables()
      let mutations = 0
      for (const operation of operations) {
        const named = { id: idFor(operation, theirs), secretId: theirs.secretId, organizationId: 'alpha' }
        const fresh = { count: 1, token: 'x', owner: {} }
        const { method, path, body } = requestOf(operation, named, fresh)
        if (method !== 'GET') mutations += 1
        const sent =
          method === 'GET' || method === 'DELETE' ? undefined : { ...(body as object | undefined), ...claims }
        const answer = await nobody.send(method, path, sent)
        expect([operation, ...reason(answer)]).toEqual([operation, 401, 'missing_key'])
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
      }
      expect(mutations).toBeGreaterThan(25)
      expect(await opened.tables()).toEqual(before)
    },
  )
}

function idFor(operation: string, ids: Ids): string {
  if (/Webhook|Deliver/.test(operation)) return ids.webhookId
  if (/ApiKey|Secret/.test(operation)) return ids.keyId
  if (/Project/.test(operation)) return ids.projectId
  if (/User|Member|Session/.test(operation)) return ids.userId
  if (/Invitation/.test(operation)) return ids.invitationId
  return /OperatorKey/.test(operation) ? ids.operatorKeyId : ids.organizationId
}

/** Between any two answers. Ids are of several lengths where they are told at all. */
const differsAlways = /^(?:date|content-length|x-request-id|x-ratelimit-(?:remaining|reset)|ratelimit)$/

/** What an answer tells, with what was asked for taken out of it. */
function plain({ status, headers, text }: Answer, asked: Ids): object {
  let told = text.replace(/"requestId":"[^"]*"/, '')
  for (const id of Object.values(asked)) told = told.replaceAll(id, '<id>')
  const lines = [...headers].map(([name, value]) => (differsAlways.test(name) ? name : `${name}: ${value}`))
  return { status, lines, told }
}

async function fill(mintmark: InProcess, organization: TestOrganization, name: string): Promise<Ids> {
  for (const project of ['one', 'two']) await organization.addProject(`${name}-${project}`)
  await mintmark.operator.put(`${organization.path}/members/${name}-user`, { role: 'member', email: `${name}@x.test` })
  const minted = await organization.mint({ permissions: ['projects:read'] })
  await organization.mint({ permissions: [] })
  const rotated = expectStatus(201, await organization.operator.post(`${minted.path}/rotate`, {}))
  const [first] = [1, 2].map((number) => ({ email: `${name}-${number}@example.test`, role: 'member' }))
  const invitation = expectStatus(201, await organization.operator.post('/v1/users/invite', first))
  expectStatus(201, await organization.operator.post('/v1/users/invite', { ...first, email: `${name}-2@example.test` }))
  const operatorKey = expectStatus(201, await mintmark.operator.post('/v1/operator-keys', { name }))
  const webhook = await giveWebhook(organization.operator)
  await giveWebhook(organization.operator)
  return {
    organizationId: organization.id,
    keyId: minted.id,
    secretId: rotated.secrets[0].id,
    prefix: minted.prefix,
    projectId: `${name}-one`,
    userId: `${name}-user`,
    email: `${name}@x.test`,
    invitationId: invitation.id,
    operatorKeyId: operatorKey.id,
    ...webhook,
  }
}

/** One that is off, so that nothing is sent while rows are compared. */
async function giveWebhook(client: Client): Promise<Pick<Ids, 'webhookId' | 'deliveryId'>> {
  const body = { url: 'https://hooks.invalid/', events: ['project.deleted'] }
  const { id: webhookId } = expectStatus(201, await client.post('/v1/webhooks', body))
  expectStatus(201, await client.post(`/v1/webhooks/${webhookId}/test`))
  const { id: deliveryId } = expectStatus(201, await client.post(`/v1/webhooks/${webhookId}/test`))
  expectStatus(200, await client.patch(`/v1/webhooks/${webhookId}`, { status: 'disabled' }))
  return { webhookId, deliveryId }
}

/** Of the right shapes, and nobody's. */
function nothing(): Ids {
  return {
    organizationId: 'omega',
    keyId: createId('key', randomBytes),
    secretId: createId('sec', randomBytes),
    prefix: 'mk_live_zzzzzzzz',
    projectId: 'omega-one',
    userId: 'omega-user',
    email: 'omega@x.test',
    invitationId: createId('inv', randomBytes),
    operatorKeyId: createId('key', randomBytes),
    webhookId: createId('whk', randomBytes),
    deliveryId: createId('dlv', randomBytes),
  }
}
