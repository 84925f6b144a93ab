import { beforeAll, describe, expect, test } from 'vitest'
import { bearer, type Answer, type Client } from '../testing/http-client.ts'
import { openingInProcess, type InProcess, type TestOrganization } from '../testing/in-process.ts'

const open = openingInProcess()
const dialects = ['problem', 'reason', 'error', 'envelope'] as const

type Scene = { readonly mintmark: InProcess; readonly acme: TestOrganization }
const scenes = new Map<string, Scene>()

beforeAll(async () => {
  for (const errors of dialects) {
    const mintmark = await open({ contract: { name: 'A', errors, messages: { invalid_key: 'Wer ist das?' } } })
    scenes.set(errors, { mintmark, acme: await mintmark.organization() })
  }
})

function sceneOf(dialect: string): Scene {
  const scene = scenes.get(dialect)
  if (scene === undefined) throw new Error(dialect)
  return scene
}

const forbidden = 'Missing projects:write permission.'
const unknown = 'Wer ist das?'

/** To the byte. */
const bodies: Readonly<Record<string, (reason: string, message: string) => string>> = {
  reason: (reason, message) => JSON.stringify({ reason, message }),
  error: (_, message) => JSON.stringify({ error: message }),
  envelope: (reason, message) => JSON.stringify({ success: false, error: { reason, message } }),
}

describe.each(['reason', 'error', 'envelope'])('errors in the dialect %s', (dialect) => {
  test.each<[string, (scene: Scene) => Promise<Answer>, number, string, string]>([
    [
      'of tenant endpoints',
      ({ acme }) => acme.as('member').post('/v1/projects', { name: 'x' }),
      403,
      'forbidden',
      forbidden,
    ],
    [
      'of endpoints for any credential',
      ({ mintmark }) => mintmark.client('mk_live_x').get('/v1/me'),
      401,
      'invalid_key',
      unknown,
    ],
    [
      'of paths that are none',
      ({ mintmark }) => mintmark.client('mk_live_x').get('/v1/none'),
      401,
      'invalid_key',
      unknown,
    ],
    [
      'of forward-auth',
      ({ mintmark }) => mintmark.client('mk_live_x').get('/v1/forward-auth'),
      401,
      'invalid_key',
      unknown,
    ],
    [
      'of ending a session',
      ({ mintmark }) => mintmark.operator.delete('/v1/sessions/current'),
      403,
      'forbidden',
      'This needs a session token.',
    ],
  ])('%s', async (_, ask, status, reason, message) => {
    const answer = await ask(sceneOf(dialect))
    expect([answer.status, answer.text]).toEqual([status, bodies[dialect]?.(reason, message)])
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
  })

  test('are problems to operators: his own backend speaks one language', async () => {
    const { mintmark } = sceneOf(dialect)
    for (const answer of [
      await mintmark.client('mmo_x').get('/v1/organizations'),
      await mintmark.client('mmo_x').post('/v1/verify', { key: 'x' }),
      await mintmark.client('mmo_x').post('/v1/verify/batch', { requests: [] }),
    ]) {
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      expect(answer.body).toMatchObject({ status: 401, reason: 'invalid_key', message: unknown })
    }
  })
})

describe.each(['problem', 'reason', 'error'])('successes in the dialect %s', (dialect) => {
  test('are as API.md writes them', async () => {
    const { acme } = sceneOf(dialect)
    const admin = acme.as('admin')
    expect((await admin.get('/v1/me')).body).toMatchObject({ userId: 'admin' })
    expect((await admin.get('/v1/projects')).text).toBe('{"data":[],"nextCursor":null}')
    const { path } = await acme.mint()
    expect((await admin.delete(path)).status).toBe(204)
  })
})

describe('successes in the dialect envelope', () => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(() => {
    ;({ mintmark, acme } = sceneOf('envelope'))
    admin = acme.as('admin')
  })

  test('are wrapped, and keep their status', async () => {
    const created = await admin.post('/v1/projects', { id: 'web', name: 'Web' })
    expect([created.status, created.body.success, Object.keys(created.body)]).toEqual([201, true, ['success', 'data']])
    expect(created.body.data).toMatchObject({ id: 'web' })
    const shown = await admin.get('/v1/projects/web')
    expect([shown.status, shown.body]).toEqual([200, created.body])
    expect(shown.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(shown.headers.get('content-length')).toBe(`${Buffer.byteLength(shown.text)}`)
  })

  test('lists too: the whole answer is the data', async () => {
    const { text } = await admin.get('/v1/api-keys?q=nothing')
    expect(text).toBe('{"success":true,"data":{"data":[],"nextCursor":null}}')
  })

  test('what has no content says so: 200 with null', async () => {
    const minted = (await admin.post('/v1/api-keys', { name: 'gone' })).body.data
    const answer = await admin.delete(`/v1/api-keys/${minted.id}`)
    expect([answer.status, answer.text]).toEqual([200, '{"success":true,"data":null}'])
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  test('a replay is wrapped like the first answer', async () => {
    const header = { 'idempotency-key': 'once' }
    const first = (await admin.post('/v1/api-keys', { name: 'once' }, header)).body
    const again = await admin.post('/v1/api-keys', { name: 'once' }, header)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(again.body).toEqual({ success: true, data: { ...first.data, key: null } })
  })

  test('a key and a session are told who they are in it', async () => {
    const { key } = (await admin.post('/v1/api-keys', { name: 'me' })).body.data
    const answer = await mintmark.client(key).get('/v1/me')
    expect(answer.body).toMatchObject({ success: true, data: { keyName: 'me' } })
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('599')
    const token = await acme.session('admin')
    expect((await mintmark.client(token).delete('/v1/sessions/current')).text).toBe('{"success":true,"data":null}')
  })

  test('a HEAD has the length that the GET would have, and nothing else of it', async () => {
    const [head, get] = [await admin.send('HEAD', '/v1/projects'), await admin.get('/v1/projects')]
    expect([head.status, head.text]).toEqual([200, ''])
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
  })

  test('operators are answered as ever, load balancers and openapi.json too', async () => {
    expect((await mintmark.operator.get('/v1/organizations')).body).toHaveProperty('nextCursor')
    expect((await mintmark.operator.get('/healthz')).body).toEqual({ status: 'ok' })
    expect((await mintmark.operator.get('/openapi.json')).body.openapi).toMatch(/^3\.1/)
    const { status, text } = await mintmark.operator.post('/v1/verify/batch', { requests: [{ key: 'x' }] })
    expect([status, Object.keys(JSON.parse(text))]).toEqual([200, ['results']])
    const globex = await mintmark.organization({ roles: [] })
    expect((await mintmark.operator.delete(globex.path)).status).toBe(204)
  })

  test('forward-auth has no content to wrap', async () => {
    const { key } = (await admin.post('/v1/api-keys', { name: 'gate' })).body.data
    const answer = await createForward(key)
    expect([answer.status, answer.text]).toEqual([200, ''])
  })

  test('openapi.json says so', async () => {
    const { paths } = (await mintmark.operator.get('/openapi.json')).body
    const remove = paths['/v1/api-keys/{id}'].delete.responses
    expect(remove).not.toHaveProperty('204')
    expect(remove['200'].content['application/json'].schema).toEqual({
      type: 'object',
      properties: { success: { const: true }, data: { type: 'null' } },
      required: ['success', 'data'],
      additionalProperties: false,
    })
    expect(paths['/v1/organizations/{id}'].delete.responses).toHaveProperty('204')
  })

  const createForward = (key: string) => mintmark.client(null).with(bearer(key)).get('/v1/forward-auth')
})
