import { beforeAll, describe, expect, test } from 'vitest'
import { reason, refusal, type Client } from '../testing/http-client.ts'
import { openingInProcess, type InProcess, type TestOrganization } from '../testing/in-process.ts'
import { rawRequest, sendRaw } from '../testing/raw-http.ts'
import { isJson } from './json-body.ts'

const open = openingInProcess()
let mintmark: InProcess
let acme: TestOrganization
let admin: Client

beforeAll(async () => {
  mintmark = await open()
  acme = await mintmark.organization()
  admin = acme.as('admin')
})

const post = (body: string | Uint8Array, type = 'application/json') =>
  admin.post('/v1/projects', body, { 'content-type': type })

describe('a body', () => {
  test.each<[string, string | Uint8Array]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['two values', '{"name":"a"}{"name":"b"}'],
    ['a comma too many', '{"name":"a",}'],
    ['single quotes', "{'name':'a'}"],
    ['a comment', '{"name":"a"/**/}'],
    ['NaN', '{"name":NaN}'],
    ['a byte order mark', '\ufeff{"name":"a"}'],
    ['a bare NUL', '{"name":"a\u0000b"}'],
    ['text', '"name"'],
    ['null', 'null'],
    ['a list', '[{"name":"a"}]'],
    ['a form', 'name=a'],
    ['__proto__', '{"name":"a","__proto__":{"admin":true}}'],
    ['constructor', '{"name":"a","constructor":{"prototype":{"admin":true}}}'],
    ['1000 levels', `{"name":${'['.repeat(1000)}${']'.repeat(1000)}}`],
    ['no UTF-8', Buffer.from([...Buffer.from('{"name":"a'), 0xff, ...Buffer.from('"}')])],
    ['half of a UTF-8 sequence', Buffer.from([...Buffer.from('{"name":"a'), 0xc3, ...Buffer.from('"}')])],
    ['an overlong encoding', Buffer.from([...Buffer.from('{"name":"'), 0xc0, 0xaf, ...Buffer.from('"}')])],
    ['a surrogate in UTF-8', Buffer.from([...Buffer.from('{"name":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
    ['UTF-16', Buffer.from('{"name":"a"}', 'utf16le')],
    ['an unknown field', '{"name":"a","Name":"b"}'],
    ['21 lists in one another', `{"name":${'['.repeat(21)}${']'.repeat(21)}}`],
    ['30,000 lists in one another', `{"name":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['10,000 objects in one another', `{"name":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
    ['a name that is escaped to an unknown field', '{"n\\u0061me2":"a"}'],
  ])('with %s: 400 invalid_request', async (_, body) => {
    const answer = await post(body)
    expect(reason(answer)).toEqual([400, 'invalid_request'])
    expect(answer.body.errors.length).toBeGreaterThan(0)
  })

  test('says what is wrong with it, and where', async () => {
    expect(refusal(await post('{'))[2]).toBe('The body is not JSON.')
    expect(refusal(await post('{"a":{"__proto__":1}}'))[2]).toBe('No field may be called __proto__.')
    const { errors } = (await admin.post('/v1/api-keys', { name: 'x', metadata: { 'a/b': 1 } })).body
    expect(errors).toEqual([{ path: 'metadata.a/b', message: 'metadata.a/b must be a string.' }])
    const unknown = (await admin.post('/v1/projects', { name: 'x', nam: 1 })).body
    expect(unknown.errors).toEqual([{ path: 'nam', message: 'There is no field nam here.' }])
    expect((await admin.post('/v1/projects', {})).body.errors).toEqual([{ path: 'name', message: 'name is required.' }])
    const wrong = (await admin.post('/v1/api-keys', { name: 'x', scope: 'all' })).body
    expect(wrong.message).toBe('scope must be one of: organization, project.')
    expect((await admin.post('/v1/projects', [])).body.errors[0].message).toBe('The body must be an object.')
  })

  test('of 65536 bytes is read, one of 65537 is not: 413', async () => {
    const padded = (bytes: number) => `{"name":"a"${' '.repeat(bytes - '{"name":"a"}'.length)}}`
    expect((await post(padded(65_536))).status).toBe(201)
    const tooLarge = await post(padded(65_537))
    expect(reason(tooLarge)).toEqual([413, 'payload_too_large'])
    expect(tooLarge.headers.get('connection')).toBe('close')
  })

  test('its bytes count, not its characters', async () => {
    expect((await post(`{"name":"${'ü'.repeat(33_000)}"}`)).status).toBe(413)
  })

  test('in UTF-8 comes back as it was sent', async () => {
    const name = 'Zoë 🔑 日本 \u202e ﷽'
    expect((await admin.post('/v1/projects', { name })).body.name).toBe(name)
  })

  test('is not needed where every field may be left out', async () => {
    const { path } = await acme.mint()
    expect((await admin.post(`${path}/rotate`)).status).toBe(201)
    expect((await admin.post(`${path}/rotate`, '', { 'content-type': 'application/json' })).status).toBe(201)
    expect((await admin.post(`${path}/revoke`)).status).toBe(200)
  })
})

describe('its type', () => {
  test.each([
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['application/json;charset=UTF-8', true],
    ['application/json; charset="utf-8"', true],
    ['Application/JSON', true],
    ['APPLICATION/JSON; Charset=UTF-8', true],
    ['application/json; charset=latin1', false],
    ['application/json; charset=utf-16', false],
    ['application/json\t; charset=utf-8', false],
    ['application/json;', false],
    ['application/json, text/plain', false],
    ['application/jsonx', false],
    ['application/json; a=b', false],
    ['application/problem+json', false],
    ['text/json', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', false],
    ['multipart/form-data; boundary=x', false],
    ['', false],
  ])('%s: %s', (type, expected) => {
    expect(isJson(type)).toBe(expected)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json\t; charset=utf-8',
    'application/json; charset=latin1',
  ])('%s: 415, and nothing is read of it', async (type) => {
    expect(reason(await post('{"name":"a"}', type))).toEqual([415, 'unsupported_media_type'])
  })

  test.each(['Application/JSON', 'APPLICATION/JSON;charset=utf-8'])('%s is read', async (type) => {
    expect((await post('{"name":"a"}', type)).status).toBe(201)
    const verdict = await mintmark.operator.post('/v1/verify', '{"key":"x"}', { 'content-type': type })
    expect(verdict.status).toBe(200)
  })

  test('that is not said: 415', async () => {
    const response = await fetch(`${mintmark.url}/v1/projects`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${mintmark.operatorKey}`,
        'mintmark-organization': acme.id,
      },
      body: Buffer.from('{"name":"a"}'),
    })
    expect(response.status).toBe(415)
  })

  test('is not asked for where there is no body', async () => {
    const { path } = await acme.mint()
    const answer = await admin.post(`${path}/revoke`, undefined, { 'content-type': 'text/plain' })
    expect(answer.status).toBe(200)
  })

  // As curl sends it: `-X POST` without data announces no length at all.
  test.each([
    ['POST', (path: string) => `${path}/revoke`, 200],
    ['POST', () => '/v1/projects', 400],
    ['PATCH', (path: string) => path, 400],
    ['POST', () => '/graphql', 400],
    ['DELETE', (path: string) => path, 204],
  ])('may be said where there is no body: %s', async (method, pathOf, status) => {
    const { path } = await acme.mint()
    const type = 'Content-Type: application/json'
    const acting = [`Authorization: Bearer ${mintmark.operatorKey}`, `Mintmark-Organization: ${acme.id}`]
    const bytes = rawRequest(`${method} ${pathOf(path)}`, [...acting, type, 'Connection: close'])
    const { text, isClosed } = await sendRaw(Number(new URL(mintmark.url).port), [bytes])
    expect([text.split(' ')[1], isClosed]).toEqual([String(status), true])
  })

  test('of a body that is too large: 413 comes first', async () => {
    expect(reason(await post('x'.repeat(65_537), 'text/plain'))).toEqual([413, 'payload_too_large'])
  })
})
