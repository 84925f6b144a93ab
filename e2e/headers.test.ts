import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settle, type Household } from './testing/cast.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { callRaw, headerOf, reasonOf, requestText, type RawAnswer } from './testing/raw-http.ts'

let installation: Installation
let home: Household

beforeAll(async () => {
  installation = await startEmbedded()
  home = await settle(installation, { rateLimit: { limit: 100_000, windowSeconds: 60 } })
})

afterAll(() => installation.remove())

/** Where a credential is read: by the router, and by the verify lane's two. */
type Door = {
  readonly name: string
  readonly good: () => string
  /** Another good one. */
  readonly other: () => string
  readonly knock: (headers: readonly string[]) => Promise<RawAnswer>
}

const doors: readonly Door[] = [
  {
    name: 'GET /v1/me',
    good: () => home.key.key,
    other: () => home.projectKey.key,
    knock: (headers) => callRaw(installation.url, requestText('GET /v1/me', headers)),
  },
  {
    name: 'POST /v1/verify',
    good: () => installation.operatorKey,
    other: () => home.key.key,
    knock(headers) {
      const body = JSON.stringify({ key: home.key.key })
      const json = ['Content-Type: application/json', `Content-Length: ${body.length}`]
      return callRaw(installation.url, requestText('POST /v1/verify', [...headers, ...json], body))
    },
  },
  {
    name: 'GET /v1/forward-auth',
    good: () => home.key.key,
    other: () => home.projectKey.key,
    knock: (headers) => callRaw(installation.url, requestText('GET /v1/forward-auth', headers)),
  },
]

/** Headers by the good credential C and another good one, D; what they come to. */
type Case = readonly [name: string, headers: (c: string, d: string) => readonly string[], outcome: Outcome]
type Outcome =
  | 'accepted'
  | 'missing_key'
  | 'invalid_key'
  | 'ambiguous_credentials'
  | 'invalid_request'
  | 'headers_too_large'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const swapCase = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))

const taken: readonly Case[] = [
  ['Authorization: Bearer', (c) => [`Authorization: Bearer ${c}`], 'accepted'],
  ['names and scheme in any case', (c) => [`aUTHORIZATION: bEARER ${c}`], 'accepted'],
  ['several spaces after the scheme (RFC 9110 section 11.4)', (c) => [`Authorization: Bearer   ${c}`], 'accepted'],
  ['white space around a value, which is none of it', (c) => [`Authorization: \t Bearer ${c} \t `], 'accepted'],
  ['X-API-Key', (c) => [`X-API-Key: ${c}`], 'accepted'],
  ['x-api-key', (c) => [`x-api-key:${c}`], 'accepted'],
  ['both with the same value', (c) => [`Authorization: Bearer ${c}`, `X-API-Key: ${c}`], 'accepted'],
  [
    'X-API-Key beside a scheme that is none of ours',
    (c) => [`Authorization: Basic eA==`, `X-API-Key: ${c}`],
    'accepted',
  ],
]

const ambiguous: readonly Case[] = [
  ['both with different values', (c, d) => [`Authorization: Bearer ${c}`, `X-API-Key: ${d}`], 'ambiguous_credentials'],
  ['both, in the other order', (c, d) => [`X-API-Key: ${c}`, `Authorization: Bearer ${d}`], 'ambiguous_credentials'],
  ['both, one of them garbage', (c) => [`Authorization: Bearer ${c}`, 'X-API-Key: x'], 'ambiguous_credentials'],
  ['both, garbage first', (c) => ['Authorization: Bearer x', `X-API-Key: ${c}`], 'ambiguous_credentials'],
  ['Authorization twice', (c) => [`Authorization: Bearer ${c}`, `Authorization: Bearer ${c}`], 'ambiguous_credentials'],
  [
    'Authorization twice, other case',
    (c, d) => [`Authorization: Bearer ${c}`, `authorization: bearer ${d}`],
    'ambiguous_credentials',
  ],
  ['Authorization twice, one empty', (c) => [`Authorization: Bearer ${c}`, 'Authorization:'], 'ambiguous_credentials'],
  [
    'Authorization twice, one Basic',
    (c) => ['Authorization: Basic eA==', `Authorization: Bearer ${c}`],
    'ambiguous_credentials',
  ],
  ['X-API-Key twice', (c) => [`X-API-Key: ${c}`, `X-API-Key: ${c}`], 'ambiguous_credentials'],
  ['X-API-Key twice, different', (c, d) => [`X-API-Key: ${c}`, `x-api-KEY: ${d}`], 'ambiguous_credentials'],
  [
    'a second one behind more headers than Node counts',
    (c, d) => [`Authorization: Bearer ${c}`, ...Array<string>(2500).fill('a:'), `X-API-Key: ${d}`],
    'ambiguous_credentials',
  ],
]

const missing: readonly Case[] = [
  ['nothing', () => [], 'missing_key'],
  ['empty headers', () => ['Authorization:', 'X-API-Key:'], 'missing_key'],
  ['a scheme alone', () => ['Authorization: Bearer'], 'missing_key'],
  ['a scheme and spaces', () => ['Authorization: Bearer    '], 'missing_key'],
  ['no scheme', (c) => [`Authorization: ${c}`], 'missing_key'],
  ['a tab after the scheme', (c) => [`Authorization: Bearer\t${c}`], 'missing_key'],
  ['no space after the scheme', (c) => [`Authorization: Bearer${c}`], 'missing_key'],
  ['Basic, as user', (c) => [`Authorization: Basic ${base64(`${c}:`)}`], 'missing_key'],
  ['Basic, as password', (c) => [`Authorization: Basic ${base64(`key:${c}`)}`], 'missing_key'],
  ['Token', (c) => [`Authorization: Token ${c}`], 'missing_key'],
  ['Digest', (c) => [`Authorization: Digest username="${c}"`], 'missing_key'],
  ['Proxy-Authorization', (c) => [`Proxy-Authorization: Bearer ${c}`], 'missing_key'],
  ['headers of like names', (c) => [`X_API_Key: ${c}`, `Api-Key: ${c}`, `X-Authorization: Bearer ${c}`], 'missing_key'],
  ['a forwarded Authorization', (c) => [`X-Forwarded-Authorization: Bearer ${c}`], 'missing_key'],
  ['a cookie', (c) => [`Cookie: authorization=Bearer ${c}; x-api-key=${c}; session=${c}`], 'missing_key'],
  [
    'Referer and Origin',
    (c) => [`Referer: https://keys.example.com/?api_key=${c}`, `Origin: https://${c}`],
    'missing_key',
  ],
  ['a WebSocket protocol', (c) => [`Sec-WebSocket-Protocol: bearer, ${c}`], 'missing_key'],
]

const invalid: readonly Case[] = [
  ['a scheme in X-API-Key', (c) => [`X-API-Key: Bearer ${c}`], 'invalid_key'],
  ['two values in one header', (c, d) => [`Authorization: Bearer ${c}, Bearer ${d}`], 'invalid_key'],
  ['two values in X-API-Key', (c, d) => [`X-API-Key: ${c}, ${d}`], 'invalid_key'],
  ['the same value twice in X-API-Key', (c) => [`X-API-Key: ${c}, ${c}`], 'invalid_key'],
  ['a comma at the end', (c) => [`Authorization: Bearer ${c},`], 'invalid_key'],
  ['a parameter at the end', (c) => [`Authorization: Bearer ${c};realm=x`], 'invalid_key'],
  ['a second word', (c) => [`Authorization: Bearer ${c} x`], 'invalid_key'],
  ['quotes', (c) => [`Authorization: Bearer "${c}"`], 'invalid_key'],
  ['other case', (c) => [`Authorization: Bearer ${swapCase(c)}`], 'invalid_key'],
  ['percent-encoding', (c) => [`Authorization: Bearer %${c.charCodeAt(0).toString(16)}${c.slice(1)}`], 'invalid_key'],
  ['base64', (c) => [`Authorization: Bearer ${base64(c)}`], 'invalid_key'],
  ['a no-break space at the end', (c) => [`Authorization: Bearer ${c}\xa0`], 'invalid_key'],
  ['a no-break space before', (c) => [`X-API-Key: \xa0${c}`], 'invalid_key'],
  ['a no-break space in UTF-8', (c) => [`Authorization: Bearer ${c}\xc2\xa0`], 'invalid_key'],
  ['a zero-width space in UTF-8', (c) => [`X-API-Key: ${c}\xe2\x80\x8b`], 'invalid_key'],
  ['a letter that looks alike', (c) => [`X-API-Key: ${c.slice(0, -1)}\xd0\xb0`], 'invalid_key'],
  ['a full-width letter', (c) => [`X-API-Key: \xef\xbd\x8d${c.slice(1)}`], 'invalid_key'],
  ['a byte that is no UTF-8', (c) => [`X-API-Key: ${c}\xff`], 'invalid_key'],
  ['the key without its last character', (c) => [`X-API-Key: ${c.slice(0, -1)}`], 'invalid_key'],
  ['15 KiB', () => [`X-API-Key: ${'a'.repeat(15 * 1024)}`], 'invalid_key'],
]

const unreadable: readonly Case[] = [
  ['NUL at the end', (c) => [`Authorization: Bearer ${c}\0`], 'invalid_request'],
  ['NUL within', (c) => [`X-API-Key: ${c.slice(0, 9)}\0${c.slice(9)}`], 'invalid_request'],
  ['a control character', (c) => [`X-API-Key: ${c}\x01`], 'invalid_request'],
  ['DEL', (c) => [`X-API-Key: ${c}\x7f`], 'invalid_request'],
  ['a carriage return', (c) => [`X-API-Key: ${c}\r`], 'invalid_request'],
  ['a value continued on the next line', (c) => ['Authorization: Bearer', ` ${c}`], 'invalid_request'],
  ['a space before the colon', (c) => [`Authorization : Bearer ${c}`], 'invalid_request'],
  ['16 KiB', () => [`X-API-Key: ${'a'.repeat(16 * 1024)}`], 'headers_too_large'],
  ['64 KiB', () => [`Authorization: Bearer ${'a'.repeat(64 * 1024)}`], 'headers_too_large'],
]

function outcomeOf(answer: RawAnswer): string | null {
  return answer.status === 200 ? 'accepted' : reasonOf(answer)
}

describe.each(doors)('a credential at $name', ({ good, other, knock }) => {
  test.each(taken)('is taken: %s', async (_, headers, outcome) => {
    expect(outcomeOf(await knock(headers(good(), other())))).toBe(outcome)
  })

  test.each(ambiguous)('is never chosen from two: %s', async (_, headers, outcome) => {
    expect(outcomeOf(await knock(headers(good(), other())))).toBe(outcome)
  })

  test.each(missing)('is not looked for elsewhere: %s', async (_, headers, outcome) => {
    const answer = await knock(headers(good(), other()))
    expect(outcomeOf(answer)).toBe(outcome)
    expect(headerOf(answer, 'WWW-Authenticate')).toMatch(/^Bearer realm="mintmark"/)
  })

  test.each(invalid)('is compared byte by byte: %s', async (_, headers, outcome) => {
    const answer = await knock(headers(good(), other()))
    expect(outcomeOf(answer)).toBe(outcome)
    expect(headerOf(answer, 'WWW-Authenticate')).toBe('Bearer realm="mintmark", error="invalid_token"')
  })

  test.each(unreadable)('is not read from what is no header: %s', async (_, headers, outcome) => {
    const answer = await knock(headers(good(), other()))
    expect(outcomeOf(answer)).toBe(outcome)
    expect(headerOf(answer, 'Connection')).toBe('close')
  })
})
