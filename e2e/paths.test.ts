import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settle, type Household } from './testing/cast.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import { OpenApiDocument, type DocumentedOperation } from '../packages/server/src/testing/openapi-document.ts'
import { callRaw, headerOf, reasonOf, requestText, type RawAnswer } from './testing/raw-http.ts'

let installation: Installation
let home: Household
let document: OpenApiDocument

beforeAll(async () => {
  installation = await startEmbedded()
  home = await settle(installation, { rateLimit: { limit: 100_000, windowSeconds: 60 } })
  document = await OpenApiDocument.of(installation.url)
})

afterAll(() => installation.remove())

const ask = (method: string, path: string, key = home.key.key): Promise<RawAnswer> =>
  callRaw(installation.url, requestText(`${method} ${path}`, [`Authorization: Bearer ${key}`]), key)

const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'PURGE',
  'LOCK',
]

test('a method that a path does not take is 405 with those that it takes, for all paths and methods', async () => {
  const templates = new Set(document.operations.map(({ path }) => path))
  const refused: string[] = []
  for (const template of templates) {
    const path = template.replaceAll(/\{\w+\}/g, 'x')
    const taken = methodsOf(document.operationsAt(path))
    for (const method of methods.filter((one) => !taken.includes(one) && template !== '/v1/forward-auth')) {
      const answer = await ask(method, path, installation.operatorKey)
      const told = `${method} ${path} ${answer.status} ${headerOf(answer, 'Allow')}`
      expect(told).toBe(`${method} ${path} 405 ${taken.join(', ')}`)
      if (method !== 'HEAD') expect(reasonOf(answer)).toBe('method_not_allowed')
      refused.push(told)
    }
  }
  expect(refused.length).toBeGreaterThan(200)
})

function methodsOf(operations: readonly DocumentedOperation[]): readonly string[] {
  const names = operations.map(({ method }) => method.toUpperCase())
  return [...new Set([...names, ...(names.includes('GET') ? ['HEAD'] : [])])].toSorted()
}

test('every GET can be a HEAD, which is answered without content', async () => {
  const paths = document.operations.filter(({ method, path }) => method === 'get' && !path.includes('{'))
  expect(paths.length).toBeGreaterThan(8)
  for (const { path } of paths) {
    const [get, head] = [await ask('GET', path), await ask('HEAD', path)]
    expect(`${path} ${head.status} ${head.body}`).toBe(`${path} ${get.status} `)
    expect(headerOf(head, 'Content-Type')).toBe(headerOf(get, 'Content-Type'))
  }
})

describe('what is not written like a path is none: it is not found by whoever is known', () => {
  test.each([
    '/v1/me/',
    '//v1/me',
    '/v1//me',
    '/v1/./me',
    '/v1/x/../me',
    '/v1/%2e/me',
    '/v1/x/%2e%2e/me',
    '/V1/ME',
    '/v1/Me',
    '/v1/me;x=1',
    '/v1/me%20',
    '/v1/me%00',
    '/v1%2fme',
    '/v1%2Fme',
    '/v1\\me',
    '/v1/me%2f',
    '/v1/me%3fx=1',
    '/v1/me%23',
    '/v1/me.json',
    '/v1/api-keys/',
    '/v1/api-keys/x/',
    '/v1/api-keys//revoke',
    '/v1/api-keys/x/secrets',
    '/v1/api-keys/%ff',
    '/v1/api-keys/%',
    '/v1/api-keys/%zz',
    '/v1/api-keys/%c0%af',
    '/v1/api-keys/%ed%a0%80',
    '/v1/api-keys/..%2f..%2fme',
    '/v1/api-keys/a%2fb',
    '/v1/api-keys/%00',
    '/v1/api-keys/__proto__',
    '/v1/api-keys/constructor',
    '/v1/api-keys/key_%27%20OR%201=1',
    `/v1/api-keys/${'a'.repeat(10_000)}`,
    '/v1/organizations',
    '/v1/verify/',
    '/v1/verify/x',
    '/v1/forward-auth/',
    '/v1/forward-authx',
    '/v1/',
    '/v1',
    '/v2/me',
    '/favicon.ico',
    '/metrics',
    '/.env',
    '/healthz/',
    '/openapi.json/',
    '*',
    'ftp://127.0.0.1/v1/me',
  ])('GET %s', async (path) => {
    const isOperators = path === '/v1/organizations' || path === '/metrics'
    expect(reasonOf(await ask('GET', path))).toBe(isOperators ? 'forbidden' : 'not_found')
  })
})

describe('without a credential nothing is told of what lies under /v1', () => {
  test.each(['/v1/me', '/v1/nothing', '/v1/api-keys/%ff', '/v1/', '/v1/verify', '/v1/organizations/x'])(
    'GET %s',
    async (path) => {
      for (const method of ['GET', 'DELETE', 'OPTIONS', 'TRACE']) {
        expect(reasonOf(await callRaw(installation.url, requestText(`${method} ${path}`)))).toBe('missing_key')
      }
    },
  )
})

test('a path may be percent-encoded where it needs not be, and say nothing by a query or a fragment', async () => {
  for (const path of ['/v1/%6de', '/v1/me?', '/v1/me?x=%ff&y', '/v1/me#x']) {
    expect((await ask('GET', path)).status).toBe(200)
  }
})

test('a credential in a URL is none', async () => {
  const { key } = home.key
  const names = [
    'key',
    'api_key',
    'apiKey',
    'apikey',
    'access_token',
    'token',
    'authorization',
    'Authorization',
    'x-api-key',
  ]
  for (const path of ['/v1/me', '/v1/forward-auth', '/v1/api-keys']) {
    const query = names.map((name) => `${name}=${key}`).join('&')
    for (const target of [
      `${path}?${query}`,
      `${path}#${key}`,
      `${path};api_key=${key}`,
      `http://${key}@127.0.0.1${path}`,
    ]) {
      expect(reasonOf(await callRaw(installation.url, requestText(`GET ${target}`)))).toBe('missing_key')
    }
  }
})

test('a credential in a body is none', async () => {
  const { operatorKey, url } = installation
  const body = JSON.stringify({
    key: operatorKey,
    authorization: `Bearer ${operatorKey}`,
    api_key: operatorKey,
    name: 'x',
  })
  const lines = ['Content-Type: application/json', `Content-Length: ${body.length}`]
  for (const path of ['/v1/verify', '/v1/organizations', '/v1/operator-keys', '/v1/forward-auth', '/v1/api-keys']) {
    expect(reasonOf(await callRaw(url, requestText(`POST ${path}`, lines, body)))).toBe('missing_key')
  }
})
