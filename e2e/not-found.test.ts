import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSession, settle, type Household } from './testing/cast.ts'
import { expectCall, type Answer } from './testing/client.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { listOf, OpenApiDocument, type DocumentedOperation } from '../packages/server/src/testing/openapi-document.ts'
import { absentLike, asking, filled, parametersOf, realIds, sampleBody, type Ask } from './testing/resource-ids.ts'

let installation: Installation
let document: OpenApiDocument
let home: Household
let away: Household

beforeAll(async () => {
  installation = await startEmbedded()
  document = await OpenApiDocument.of(installation.url)
  const rateLimit = { limit: 100_000, windowSeconds: 60 }
  home = await settle(installation, { rateLimit })
  away = await settle(installation, { rateLimit })
})

afterAll(() => installation.remove())

/** Who looks for what is not his. */
const seekers: readonly (readonly [string, () => Promise<Ask>])[] = [
  ['an operator for an admin', async () => asOperator(home.acting(home.userIds['admin']))],
  ['an operator for an engineer', async () => asOperator(home.acting(home.userIds['engineer']))],
  ['an operator for a member', async () => asOperator(home.acting(home.userIds['member']))],
  ['an admin', async () => asking(installation.url, home.session)],
  ['an engineer', async () => asMember('engineer')],
  ['a member', async () => asMember('member')],
  ['a key', async () => asking(installation.url, home.key.key)],
  ['a key of a project', async () => asking(installation.url, home.projectKey.key)],
  ['a key without permissions', async () => asking(installation.url, home.powerlessKey.key)],
]

const asOperator = (headers: Readonly<Record<string, string>>): Ask =>
  asking(installation.url, installation.operatorKey, headers)

async function asMember(role: string): Promise<Ask> {
  return asking(installation.url, await createSession(installation, home.id, home.userIds[role] ?? ''))
}

/** Ids that stand for the same thing, one of them another organization's, one of them nobody's. */
type Strangers = { readonly foreign: string; readonly absent: string }

/** Every operation whose path names something, with that something strange at each of its parameters in turn. */
async function searches(): Promise<readonly { operation: DocumentedOperation; strangers: Strangers }[]> {
  // What needs no credential is nobody's.
  const named = document.operations.filter(
    ({ path, part }) => path.includes('{') && listOf(part['security']).length > 0,
  )
  const found = []
  for (const operation of named) {
    const { path } = operation
    const real = await realIds(document, path, asOperator(away.acting()), {})
    const own = await realIds(document, path, asOperator(home.acting()), {})
    for (const name of parametersOf(path)) {
      const before = parametersOf(path).slice(0, parametersOf(path).indexOf(name))
      const mine = Object.fromEntries(before.map((one) => [one, own[one] ?? '']))
      const foreign = filled(path, { ...real, ...mine })
      const absent = filled(path, { ...real, ...mine, [name]: absentLike(real[name] ?? '') })
      found.push({ operation, strangers: { foreign, absent } })
    }
  }
  return found
}

/** An answer but for what differs between any two. */
function essence({ status, headers, text }: Answer): unknown {
  const changing = /^(?:date|x-request-id|x-ratelimit-(?:remaining|reset)|ratelimit)$/
  return {
    status,
    headers: [...headers].map(([name, value]) => (changing.test(name) ? name : `${name}: ${value}`)),
    body: text.replaceAll(headers.get('x-request-id') ?? 'none', 'the request id'),
  }
}

describe('what another organization has', () => {
  test.each(seekers)('is to %s what never was', async (_, seeker) => {
    const ask = await seeker()
    const all = await searches()
    expect(all.length).toBeGreaterThan(15)
    for (const { operation, strangers } of all) {
      const method = operation.method.toUpperCase()
      const bodies = [
        sampleBody(document, operation.part, {}),
        ...(operation.part['requestBody'] === undefined ? [] : [{ unknown: 1 }]),
      ]
      for (const body of bodies) {
        const foreign = await ask(method, strangers.foreign, body)
        const absent = await ask(method, strangers.absent, body)
        expect(essence(foreign), `${method} ${strangers.foreign}`).toEqual(essence(absent))
        expect([403, 404]).toContain(foreign.status)
      }
    }
  })

  test('is not found by an operator who acts elsewhere, in everything that tenants may do', async () => {
    const ask = asOperator(home.acting())
    // What is for operators shows them every organization.
    const tenants = (await searches()).filter(({ operation }) => !isOperators(operation))
    expect(tenants.length).toBeGreaterThan(8)
    for (const { operation, strangers } of tenants) {
      const body = sampleBody(document, operation.part, {})
      const foreign = await ask(operation.method.toUpperCase(), strangers.foreign, body)
      const absent = await ask(operation.method.toUpperCase(), strangers.absent, body)
      expect(`${operation.operationId} ${foreign.status}`).toBe(`${operation.operationId} 404`)
      expect(essence(foreign)).toEqual(essence(absent))
    }
  })

  test('is still there afterwards, as it was', async () => {
    const { url } = installation
    const key = away.key.key
    expect(await expectCall(200, url, 'GET', '/v1/me', { key })).toMatchObject({
      apiKeyId: away.key.id,
      keyName: 'key',
    })
    const { data } = await expectCall(200, url, 'GET', '/v1/api-keys', {
      key: installation.operatorKey,
      headers: away.acting(),
    })
    expect(
      data.map(({ id, status, secrets }: { id: string; status: string; secrets: unknown[] }) => [
        id,
        status,
        secrets.length,
      ]),
    ).toEqual([away.powerlessKey, away.projectKey, away.key].map(({ id }) => [id, 'active', 1]))
  })
})

function isOperators({ part }: DocumentedOperation): boolean {
  return String(part['description']).includes('For operator keys')
}

describe("a member of one organization is not another's", () => {
  test.each(['GET', 'DELETE'])('%s', async (method) => {
    const path = `/v1/organizations/${home.id}/members`
    const ask = asOperator({})
    const foreign = await ask(method, `${path}/${away.userIds['admin']}`)
    const absent = await ask(method, `${path}/nobody`)
    expect(foreign.status).toBe(404)
    expect(essence(foreign)).toEqual(essence(absent))
  })
})

describe('within one organization', () => {
  test("another's key is to a member without api_keys:read what never was", async () => {
    const ask = await asMember('member')
    const { id } = home.key
    for (const [method, path] of [
      ['GET', `/v1/api-keys/${id}`],
      ['DELETE', `/v1/api-keys/${id}`],
      ['POST', `/v1/api-keys/${id}/revoke`],
      ['DELETE', `/v1/api-keys/${id}/secrets/${home.key.secretId}`],
    ] as const) {
      const foreign = await ask(method, path)
      const absent = await ask(method, path.replace(id, absentLike(id)))
      expect(foreign.status).toBe(404)
      expect(essence(foreign)).toEqual(essence(absent))
    }
  })

  test('a key sees itself and no other', async () => {
    const ask = asking(installation.url, home.key.key)
    expect((await ask('GET', `/v1/api-keys/${home.key.id}`)).status).toBe(200)
    const foreign = await ask('GET', `/v1/api-keys/${home.projectKey.id}`)
    expect(essence(foreign)).toEqual(essence(await ask('GET', `/v1/api-keys/${absentLike(home.key.id)}`)))
    expect(foreign.status).toBe(404)
  })

  test('another project is out of scope for a key of a project, whether or not it is there', async () => {
    const ask = asking(installation.url, home.projectKey.key)
    const other = await asOperator(home.acting())('POST', '/v1/projects', { name: 'other' })
    const foreign = await ask('GET', `/v1/projects/${other.body.id}`)
    expect(foreign.body.reason).toBe('scope_violation')
    expect(essence(foreign)).toEqual(essence(await ask('GET', `/v1/projects/${absentLike(other.body.id)}`)))
    expect(essence(foreign)).toEqual(essence(await ask('GET', `/v1/projects/${away.projectId}`)))
  })

  test('a deleted key is what never was', async () => {
    const ask = asOperator(home.acting())
    const made = await ask('POST', '/v1/api-keys', { name: 'gone', owner: 'organization', role: 'admin' })
    const path = `/v1/api-keys/${made.body.id}`
    expect((await ask('DELETE', path)).status).toBe(204)
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const gone = await ask(method, path, method === 'PATCH' ? { name: 'x' } : undefined)
      const absent = await ask(method, absentLike(path), method === 'PATCH' ? { name: 'x' } : undefined)
      expect(gone.status).toBe(404)
      expect(essence(gone)).toEqual(essence(absent))
    }
  })
})
