import {
  printedCommands,
  promise,
  runningExample,
  runPrinted,
  vendorPage,
  type CallOptions,
} from '@mintmark/example-conformance'
import { describe, expect, test } from 'vitest'

const order = { name: 'Engineer', candidate: { name: 'Grace', email: 'grace@example.com' } }
const printedCommand = `curl -X GET "https://api.alfaone.com/api/v1/assessments" \\
  -H "x-api-key: ak_live_your_api_key_here"`
const page = vendorPage('alfaone')

test.skipIf(page === null)('the command that is run as printed is the one that the page prints', () => {
  expect(printedCommands(page ?? '')).toEqual([printedCommand])
})

describe('AlfaOne: access', () => {
  const alfaone = runningExample('alfaone')
  const path = '/api/v1/assessments'
  const generate = async (person = alfaone().person('admin'), body: object = {}): Promise<string> => {
    const options = { key: person.sessionToken, body: { name: 'Production Integration', ...body } }
    return (await alfaone().call('POST', '/api/v1/integrations/api-keys', options)).body.key
  }
  const call = (key: string, method: string, at: string, body?: object) =>
    alfaone().call(method, at, { headers: { 'x-api-key': key }, ...(body !== undefined && { body }) })
  const idsOf = async (key: string): Promise<readonly string[]> =>
    (await call(key, 'GET', `${path}?limit=100`)).body.data.map(({ id }: { id: string }) => id)

  promise('A1-1', 'a key reads and writes what is of its organization, and nothing else is there for it', async () => {
    const own = await generate()
    const foreign = await generate(alfaone().person('admin', alfaone().second))
    const { status, body } = await call(own, 'POST', path, order)
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...order, status: 'open', score: null })
    expect((await call(own, 'GET', `${path}/${body.id}`)).body).toEqual(body)
    expect(await idsOf(own)).toContain(body.id)
    expect(await idsOf(foreign)).toEqual([])
    for (const [method, change] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
      const [hidden, absent] = [
        await call(foreign, method, `${path}/${body.id}`, change),
        await call(foreign, method, `${path}/asm_absent`, change),
      ]
      expect([hidden.status, hidden.text]).toEqual([404, absent.text])
    }
    const completed = { status: 'completed', score: 87 }
    expect((await call(own, 'PATCH', `${path}/${body.id}`, completed)).body).toEqual({ ...body, ...completed })
    expect((await call(own, 'DELETE', `${path}/${body.id}`)).status).toBe(204)
    expect((await call(own, 'GET', `${path}/${body.id}`)).status).toBe(404)
  })

  promise('A1-1', 'a key belongs to the organization whose person generated it', async () => {
    for (const organization of [alfaone().first, alfaone().second]) {
      const key = await generate(alfaone().person('admin', organization))
      expect((await call(key, 'GET', '/api/v1/me')).body.organizationId).toBe(organization.id)
    }
  })

  promise('A1-1', 'who may only read changes nothing, by a session token or by a key', async () => {
    const { id } = (await call(await generate(), 'POST', path, order)).body
    const reading = await generate(alfaone().person('admin'), { permissions: ['assessments:read'] })
    for (const credential of [reading, alfaone().person('viewer').sessionToken]) {
      for (const at of [path, `${path}/${id}`]) expect((await call(credential, 'GET', at)).status).toBe(200)
      for (const [method, at, change] of [
        ['POST', path, order],
        ['PATCH', `${path}/${id}`, { name: 'x' }],
        ['DELETE', `${path}/${id}`],
      ] as const) {
        const { status, text } = await call(credential, method, at, change)
        expect([method, status, text]).toEqual([method, 403, '{"error":"Missing assessments:write permission."}'])
      }
    }
  })

  promise('A1-1', 'a list is whole, page by page', async () => {
    const key = await generate(alfaone().person('admin', alfaone().second))
    const ordered: string[] = []
    while (ordered.length < 5) ordered.unshift((await call(key, 'POST', path, order)).body.id)
    const listed: string[] = []
    let query = '?limit=2'
    do {
      const { body } = await call(key, 'GET', `${path}${query}`)
      listed.push(...body.data.map(({ id }: { id: string }) => id))
      query = body.nextCursor === null ? '' : `?limit=2&cursor=${body.nextCursor}`
    } while (query !== '')
    expect(listed).toEqual(ordered)
  })

  promise('A1-3', 'the command of their page works, with host and key replaced', async () => {
    const words = { 'https://api.alfaone.com': alfaone().url, ak_live_your_api_key_here: await generate() }
    expect(Object.keys(JSON.parse(await runPrinted(printedCommand, words)))).toEqual(['data', 'nextCursor'])
  })

  promise('A1-3', 'a key is read from x-api-key, and from nowhere else', async () => {
    const key = await generate()
    const elsewhere: readonly [string, CallOptions][] = [
      [path, { key }],
      [path, { headers: { authorization: `Basic ${Buffer.from(key).toString('base64')}` } }],
      [path, { headers: { cookie: `x-api-key=${key}` } }],
      [path, { headers: { 'api-key': key } }],
      [`${path}?x-api-key=${key}&api_key=${key}`, {}],
    ]
    for (const [at, options] of elsewhere) {
      const { status, text } = await alfaone().call('GET', at, options)
      expect([status, text]).toEqual([401, '{"error":"API key is required"}'])
    }
    expect((await alfaone().call('GET', path, { headers: { 'X-API-Key': key } })).status).toBe(200)
  })

  promise('A1-3', 'what the API lacks is not there, whoever asks', async () => {
    const key = await generate()
    for (const at of ['/api/v1', '/api/v1/assessment', '/assessments', '/api/v1/assessments/', '/api/v2/assessments']) {
      const { status, text } = await call(key, 'GET', at)
      expect([at, status, Object.keys(JSON.parse(text))]).toEqual([at, 404, ['error']])
      expect((await alfaone().call('GET', at)).status).toBe(401)
    }
  })
})
