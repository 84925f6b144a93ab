import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintKey, settle, type Household, type MintedKey } from './testing/cast.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { callRaw, reasonOf, requestText, type RawAnswer } from './testing/raw-http.ts'

let installation: Installation
let home: Household

beforeAll(async () => {
  installation = await startEmbedded()
  home = await settle(installation, { rateLimit: { limit: 100_000, windowSeconds: 60 } })
})

afterAll(() => installation.remove())

/** Requests whose answers are told apart by who asks, what for, and how. */
const requests: readonly (readonly [string, () => readonly string[], () => string])[] = [
  ['GET /v1/me', () => [`Authorization: Bearer ${home.key.key}`], () => ''],
  ['GET /v1/projects', () => [`Authorization: Bearer ${home.powerlessKey.key}`], () => ''],
  ['GET /v1/api-keys', () => ['X-API-Key: mk_live_unknown'], () => ''],
  ['GET /v1/organizations', () => [], () => ''],
  ['GET /v1/forward-auth', () => [`X-API-Key: ${home.projectKey.key}`], () => ''],
  ['GET /v1/forward-auth', () => [], () => ''],
  ['POST /v1/verify', () => [`X-API-Key: ${installation.operatorKey}`], () => JSON.stringify({ key: home.key.key })],
  ['POST /v1/verify', () => [`X-API-Key: ${home.key.key}`], () => JSON.stringify({ key: home.key.key })],
]

/** Headers by which other servers were made to believe somebody else, or to skip a check. */
const headers = [
  'X-HTTP-Method-Override: DELETE',
  'X-HTTP-Method: DELETE',
  'X-Method-Override: PUT',
  'X-Original-URL: /v1/organizations',
  'X-Rewrite-URL: /healthz',
  'X-Forwarded-URI: /healthz',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Forwarded-Prefix: /admin',
  'X-Forwarded-User: admin',
  'X-Forwarded-Method: DELETE',
  'Forwarded: for=127.0.0.1;host=evil.example;proto=https',
  'X-Real-IP: 127.0.0.1',
  'X-Client-IP: 127.0.0.1',
  'True-Client-IP: 127.0.0.1',
  'CF-Connecting-IP: 127.0.0.1',
  'Client-IP: 127.0.0.1',
  'Via: 1.1 localhost',
  'X-Remote-User: admin',
  'Remote-User: admin',
  'X-User-Id: admin',
  'X-Mintmark-Key-Id: key_x',
  'X-Mintmark-Organization-Id: other',
  'X-Mintmark-Permissions: *',
  'X-Middleware-Subrequest: middleware:middleware:middleware',
  'X-Internal: 1',
  'X-Admin: true',
  'X-Debug: 1',
  'Connection: Authorization, X-API-Key',
  'Connection: close, X-API-Key',
  'TE: trailers',
  'Upgrade: h2c',
  'Range: bytes=0-1',
  'If-None-Match: *',
  'If-Match: "x"',
  'If-Modified-Since: Sat, 21 Nov 2099 10:00:00 GMT',
  'Accept: text/html',
  'Accept: application/xml;q=0',
  'Accept-Encoding: gzip, br',
  'Accept-Charset: utf-16',
  'Accept-Language: de',
  'Cookie: session=admin; admin=1',
  'Origin: https://evil.example',
  'Referer: https://evil.example/',
  'User-Agent: kube-probe/1.0',
  'Prefer: return=minimal',
  'Priority: u=0',
  'Early-Data: 1',
  'Sec-Fetch-Mode: navigate',
  'traceparent: 00-00000000000000000000000000000001-0000000000000001-01',
  'X-Request-Id: mine',
  '__proto__: x',
  'constructor: x',
  'toString: x',
]

test.each(headers)('%s changes nothing', async (header) => {
  for (const [line, own, text] of requests) {
    const body = text()
    const lines = [
      ...own(),
      ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
    ]
    const without = await callRaw(installation.url, requestText(line, lines, body))
    const with_ = await callRaw(installation.url, requestText(line, [header, ...lines], body))
    expect(essence(with_)).toEqual(essence(without))
  }
})

/** An answer but for what differs between any two. */
function essence({ status, headers: sent, body }: RawAnswer): unknown {
  const changing =
    /^(?:Date|X-Request-Id|X-RateLimit-Remaining|X-RateLimit-Reset|RateLimit|Connection|Keep-Alive|Content-Length)$/i
  return {
    status,
    headers: sent.filter(([name]) => !changing.test(name)),
    body: body.replaceAll(/"(requestId|lastUsedAt)":[^,}]+|"(remaining|resetSeconds)":\d+/g, ''),
  }
}

describe('a content type that only looks like JSON', () => {
  const unknownField = '{"name":"x","unknown":1}'
  const ask = (type: string | null, body: string): Promise<RawAnswer> => {
    const lines = [`X-API-Key: ${installation.operatorKey}`, `Content-Length: ${Buffer.byteLength(body, 'latin1')}`]
    return callRaw(
      installation.url,
      requestText('POST /v1/organizations', [...(type === null ? [] : [`Content-Type: ${type}`]), ...lines], body),
    )
  }

  test.each([
    'text/plain',
    'text/json',
    'application/jsonx',
    'application/json-patch+json',
    'application/vnd.api+json',
    'application/problem+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'application/json;',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; x=1',
    'application/json\t; charset=utf-8',
    'application/json;charset=utf-7',
    'application/json x',
    'application / json',
    '*/*',
    'json',
    '"application/json"',
    'application/json\xa0',
  ])('is 415: %s', async (type) => {
    expect(reasonOf(await ask(type, unknownField))).toBe('unsupported_media_type')
  })

  test('is 415 where it is missing', async () => {
    expect(reasonOf(await ask(null, unknownField))).toBe('unsupported_media_type')
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON; Charset="UTF-8"'])(
    'skips no check: %s',
    async (type) => {
      expect(reasonOf(await ask(type, unknownField))).toBe('invalid_request')
      expect((await ask(type, '{"name":"x"}')).status).toBe(201)
    },
  )
})

describe('a key that may come from 192.0.2.0/24 and 2001:db8::/32 only', () => {
  let trusting: Installation
  let key: MintedKey
  let trustedKey: MintedKey
  const ipAllowlist = ['192.0.2.0/24', '2001:db8::/32']

  beforeAll(async () => {
    const env = { MINTMARK_TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8' }
    trusting = await startEmbedded({ env })
    const there = await settle(trusting)
    trustedKey = await mintKey(trusting, there.acting(there.userIds['admin']), { name: 'here', ipAllowlist })
    key = await mintKey(installation, home.acting(home.userIds['admin']), { name: 'here', ipAllowlist })
  })

  afterAll(() => trusting.remove())

  const ask = async (url: string, credential: string, lines: readonly string[]): Promise<readonly (string | null)[]> =>
    Promise.all(
      ['GET /v1/me', 'GET /v1/forward-auth'].map(async (line) =>
        reasonOf(await callRaw(url, requestText(line, [`X-API-Key: ${credential}`, ...lines]), credential)),
      ),
    )

  test.each<[string, readonly string[], boolean]>([
    ['no word of it', [], false],
    ['the allowed address', ['X-Forwarded-For: 192.0.2.7'], true],
    ['the allowed address in IPv6', ['X-Forwarded-For: 2001:db8::7'], true],
    ['the allowed address as mapped IPv4', ['X-Forwarded-For: ::ffff:192.0.2.7'], true],
    ['the allowed address behind a second proxy', ['X-Forwarded-For: 192.0.2.7, 10.1.2.3'], true],
    ['the same in two headers', ['X-Forwarded-For: 192.0.2.7', 'X-Forwarded-For: 10.1.2.3'], true],
    ['a claim before the address that the proxy saw', ['X-Forwarded-For: 192.0.2.7, 203.0.113.9'], false],
    ['the same in two headers', ['X-Forwarded-For: 192.0.2.7', 'X-Forwarded-For: 203.0.113.9'], false],
    ['a claim before what is no address', ['X-Forwarded-For: 192.0.2.7, unknown'], false],
    ['a claim before nothing', ['X-Forwarded-For: 192.0.2.7,'], false],
    ['an address of another spelling', ['X-Forwarded-For: 0xc0.0.2.7'], false],
    ['an address in short form', ['X-Forwarded-For: 192.0.519'], false],
    ['an address in octal', ['X-Forwarded-For: 0300.0.2.7'], false],
    ['an address with a port', ['X-Forwarded-For: 192.0.2.7:80'], false],
    ['an address next door', ['X-Forwarded-For: 192.0.3.0'], false],
    ['a proxy of its own', ['X-Forwarded-For: 10.1.2.3'], false],
    ['the allowed address in other headers', ['X-Real-IP: 192.0.2.7', 'Forwarded: for=192.0.2.7'], false],
  ])('is let in by a trusted proxy that says: %s', async (_, lines, isLetIn) => {
    const outcome = isLetIn ? null : 'ip_not_allowed'
    expect(await ask(trusting.url, trustedKey.key, lines)).toEqual([outcome, outcome])
  })

  test('is not let in by whoever says so, where no proxy is trusted', async () => {
    for (const address of ['192.0.2.7', '2001:db8::7', '192.0.2.7, 127.0.0.1']) {
      const answers = await ask(installation.url, key.key, [`X-Forwarded-For: ${address}`])
      expect(answers).toEqual(['ip_not_allowed', 'ip_not_allowed'])
    }
  })
})
