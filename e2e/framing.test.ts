import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settle, type Household } from './testing/cast.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { callRaw, headerOf, pipelinedText, reasonOf, requestText, sendRaw } from './testing/raw-http.ts'

let installation: Installation
let home: Household

beforeAll(async () => {
  installation = await startEmbedded()
  home = await settle(installation)
})

afterAll(() => installation.remove())

/** What a smuggler would have answered as a request of its own. */
const smuggled = requestText('GET /healthz')
const json = 'Content-Type: application/json'
const withBody = (...headers: readonly string[]): string =>
  pipelinedText('POST /v1/verify', [`Authorization: Bearer ${installation.operatorKey}`, json, ...headers])
const lines = (...all: readonly string[]): string => [...all, '', ''].join('\r\n')
const chunked = (chunks: string): string => withBody('Transfer-Encoding: chunked') + chunks

/** Bytes that two readers could take for different requests. */
const malformed: readonly (readonly [string, () => string])[] = [
  [
    'Content-Length beside Transfer-Encoding',
    () => `${withBody('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  ],
  [
    'Transfer-Encoding beside Content-Length',
    () => `${withBody('Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n`,
  ],
  ['two Content-Length, the same', () => `${withBody('Content-Length: 2', 'Content-Length: 2')}{}`],
  ['two Content-Length, different', () => `${withBody('Content-Length: 2', 'Content-Length: 0')}{}`],
  ...['2, 2', '+2', '-2', '0x2', '2 2', '2.0', '2e0', '', ' ', '2;', '99999999999999999999', '\xb2'].map(
    (length) =>
      [`Content-Length: ${JSON.stringify(length)}`, () => `${withBody(`Content-Length: ${length}`)}{}`] as const,
  ),
  ...['identity', 'xchunked', 'chunked, identity', 'gzip, chunked', 'chunked;q=1', '\x0bchunked', '"chunked"', ''].map(
    (coding) =>
      [
        `Transfer-Encoding: ${JSON.stringify(coding)}`,
        () => `${withBody(`Transfer-Encoding: ${coding}`)}0\r\n\r\n`,
      ] as const,
  ),
  ['Transfer-Encoding twice', () => `${withBody('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  [
    'Transfer-Encoding, then one that hides it',
    () => `${withBody('Transfer-Encoding: chunked', 'Transfer-Encoding: x')}0\r\n\r\n`,
  ],
  ['a space before the colon of Transfer-Encoding', () => `${withBody('Transfer-Encoding : chunked')}0\r\n\r\n`],
  ['Transfer-Encoding continued on the next line', () => `${withBody('Transfer-Encoding:', ' chunked')}0\r\n\r\n`],
  ['Transfer-Encoding in HTTP/1.0', () => lines('POST /v1/verify HTTP/1.0', json, 'Transfer-Encoding: chunked')],
  ['a chunk size that is none', () => chunked('zz\r\n{}\r\n0\r\n\r\n')],
  ['a chunk of a negative size', () => chunked('-2\r\n{}\r\n0\r\n\r\n')],
  ['a chunk size beyond counting', () => chunked('fffffffffffffffff\r\n{}\r\n0\r\n\r\n')],
  ['a chunk size with 0x', () => chunked('0x2\r\n{}\r\n0\r\n\r\n')],
  ['a chunk longer than it says', () => chunked('2\r\n{}{}\r\n0\r\n\r\n')],
  ['a chunk without its line end', () => chunked('2\r\n{}0\r\n\r\n')],
  ['a bare LF after a chunk extension', () => chunked('2;a\n{}\r\n0\r\n\r\n')],
  ['a bare LF after a chunk size', () => chunked('2\n{}\r\n0\r\n\r\n')],
  ['bare LF for every line', () => 'GET /v1/me HTTP/1.1\nHost: 127.0.0.1\n\n'],
  ['a bare LF for one line', () => 'GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\nAccept: */*\r\n\r\n'],
  ['a bare LF for the empty line', () => 'GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n\n'],
  ['a bare CR for a line', () => 'GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\rAccept: */*\r\n\r\n'],
  ['a bare CR in a value', () => pipelinedText('GET /v1/me', ['Accept: a\rb'])],
  ['NUL in a value', () => pipelinedText('GET /v1/me', ['Accept: a\0b'])],
  ['NUL in a name', () => pipelinedText('GET /v1/me', ['Acc\0ept: a'])],
  ['a value continued on the next line', () => pipelinedText('GET /v1/me', ['Accept: a', ' b'])],
  ['a first header line with a space before', () => lines('GET /v1/me HTTP/1.1', ' Host: 127.0.0.1')],
  ['a header without a name', () => pipelinedText('GET /v1/me', [': a'])],
  ['a header without a colon', () => pipelinedText('GET /v1/me', ['Accept'])],
  ['a space within a name', () => pipelinedText('GET /v1/me', ['Acc ept: a'])],
  ['a name that is not ASCII', () => pipelinedText('GET /v1/me', ['Acc\xe9pt: a'])],
  ['no Host', () => lines('GET /v1/me HTTP/1.1', 'Accept: */*')],
  ['two Hosts', () => pipelinedText('GET /v1/me', ['Host: 127.0.0.1'])],
  ['HTTP/0.9', () => 'GET /v1/me\r\n'],
  ['HTTP/1.2', () => lines('GET /v1/me HTTP/1.2', 'Host: 127.0.0.1')],
  ['HTTP/2.0', () => lines('GET /v1/me HTTP/2.0', 'Host: 127.0.0.1')],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a version in small letters', () => lines('GET /v1/me http/1.1', 'Host: 127.0.0.1')],
  ['more after the version', () => lines('GET /v1/me HTTP/1.1 x', 'Host: 127.0.0.1')],
  ['no target', () => lines('GET HTTP/1.1', 'Host: 127.0.0.1')],
  ['tabs in the request line', () => lines('GET\t/v1/me\tHTTP/1.1', 'Host: 127.0.0.1')],
  ['a space in the target', () => pipelinedText('GET /v1/m e')],
  ['a control character in the target', () => pipelinedText('GET /v1/me\x01')],
  ['a target that is not ASCII', () => pipelinedText('GET /v1/m\xe9')],
  ['a method in small letters', () => pipelinedText('get /v1/me')],
  ['a method that nobody knows', () => pipelinedText('FETCH /v1/me')],
  ['CONNECT', () => pipelinedText('CONNECT 127.0.0.1:80')],
  ['an expectation that nobody knows', () => pipelinedText('GET /v1/me', ['Expect: 200-ok'])],
  ['a handshake of TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01'],
]

describe('what is no request', () => {
  test.each(malformed)('is answered once, and nothing behind it is: %s', async (_, bytes) => {
    const answers = await sendRaw(installation.url, bytes() + smuggled)
    expect(answers.map(({ status }) => status)).toEqual([400])
    const [answer] = answers
    if (answer === undefined) throw new Error('one answer')
    expect(reasonOf(answer)).toBe('invalid_request')
    expect(headerOf(answer, 'Connection')).toBe('close')
    expect(headerOf(answer, 'X-Request-Id')).toBe(JSON.parse(answer.body).requestId)
  })

  test('is answered when it breaks off in a header', async () => {
    const [answer] = await sendRaw(installation.url, 'GET /v1/me HTTP/1.1\r\nHost: 127', { breaksOff: true })
    expect(answer?.status).toBe(400)
  })

  test('is answered when it breaks off in its body', async () => {
    const answers = await sendRaw(installation.url, `${withBody('Content-Length: 50')}{}`, { breaksOff: true })
    expect(answers.map(({ status }) => status)).toEqual([400])
  })

  test('leaves a server that works', async () => {
    expect((await callRaw(installation.url, smuggled)).status).toBe(200)
    expect(installation.nodes[0]?.log()).not.toContain('"msg":"failure"')
  })
})

describe('a request', () => {
  const me = (key: string): string => pipelinedText('GET /v1/me', [`Authorization: Bearer ${key}`])

  test('may be HTTP/1.0 without Host, and ends its connection', async () => {
    const answer = await callRaw(installation.url, lines('GET /healthz HTTP/1.0'))
    expect(answer.status).toBe(200)
    expect(headerOf(answer, 'Connection')).toBe('close')
  })

  test.each([
    ['GET', 'http://127.0.0.1/v1/me'],
    ['GET', 'HTTP://keys.example.com:8080/v1/me?x=1'],
    ['POST', 'http://127.0.0.1/v1/verify'],
    ['GET', 'http://127.0.0.1/v1/forward-auth'],
  ])('may name its target in absolute form: %s %s', async (method, target) => {
    const isVerify = target.endsWith('verify')
    const body = isVerify ? JSON.stringify({ key: home.key.key }) : ''
    const headers = [
      `Authorization: Bearer ${isVerify ? installation.operatorKey : home.key.key}`,
      ...(isVerify ? [json, `Content-Length: ${body.length}`] : []),
    ]
    expect((await callRaw(installation.url, requestText(`${method} ${target}`, headers, body))).status).toBe(200)
  })

  test('is no less strange for a user in its absolute target: that is no credential', async () => {
    const answer = await callRaw(installation.url, requestText(`GET http://${home.key.key}@127.0.0.1/v1/me`))
    expect(reasonOf(answer)).toBe('missing_key')
  })

  test('may follow others at once: each is answered by its own credential, in their order', async () => {
    const keys = [home.key, home.projectKey, home.key, home.powerlessKey, home.projectKey]
    const answers = await sendRaw(installation.url, keys.map(({ key }) => me(key)).join('') + smuggled)
    expect(answers.slice(0, -1).map(({ body }) => JSON.parse(body).apiKeyId)).toEqual(keys.map(({ id }) => id))
  })

  test('does not lend its credential to the one that follows', async () => {
    const answers = await sendRaw(
      installation.url,
      me(home.key.key) + pipelinedText('GET /v1/me') + me('mk_live_x') + smuggled,
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 200])
  })

  test('is answered before what is wrong behind it', async () => {
    const answers = await sendRaw(installation.url, `${me(home.key.key)}${me(home.projectKey.key)}garbage\r\n\r\n`)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400])
    expect(answers.map(({ body }) => JSON.parse(body).apiKeyId)).toEqual([home.key.id, home.projectKey.id, undefined])
  })

  test('keeps its body to itself where none is expected', async () => {
    const headers = [`Authorization: Bearer ${home.key.key}`, `Content-Length: ${smuggled.length}`]
    const answers = await sendRaw(installation.url, pipelinedText('GET /v1/me', headers, smuggled) + smuggled)
    expect(answers.map(({ body }) => Object.keys(JSON.parse(body))[0])).toEqual(['apiKeyId', 'status'])
  })

  test.each(['/v1/forward-auth', '/v1/verify'])('whose body nobody reads ends its connection: %s', async (path) => {
    const bytes = pipelinedText(`POST ${path}`, [json, 'Content-Length: 70000'], smuggled)
    const answers = await sendRaw(installation.url, bytes + smuggled)
    expect(answers.map(({ status }) => status)).toEqual([401])
  })

  test('gives no credential in a trailer', async () => {
    const body = '0\r\nAuthorization: Bearer '
    const headers = [json, 'Transfer-Encoding: chunked', 'Trailer: Authorization']
    const bytes = requestText('POST /v1/organizations', headers, `${body}${installation.operatorKey}\r\n\r\n`)
    expect(reasonOf(await callRaw(installation.url, bytes))).toBe('missing_key')
  })

  test('is told to go on where it asks', async () => {
    const body = JSON.stringify({ key: home.key.key })
    const headers = [`Authorization: Bearer ${installation.operatorKey}`, json, 'Expect: 100-continue']
    const bytes = requestText('POST /v1/verify', [...headers, `Content-Length: ${body.length}`], body)
    expect((await callRaw(installation.url, bytes)).status).toBe(200)
  })

  test('is not upgraded to anything', async () => {
    const headers = [`Authorization: Bearer ${home.key.key}`, 'Connection: Upgrade', 'Upgrade: h2c, websocket']
    expect((await callRaw(installation.url, requestText('GET /v1/me', headers))).status).toBe(200)
  })
})
