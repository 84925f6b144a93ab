import { request } from 'node:http'
import { beforeAll, expect, test } from 'vitest'
import {
  BrowserClient,
  goodPassword,
  setUpInstallation,
  testHost,
  type SetUpInstallation,
} from '../../testing/browser-client.ts'
import { expectStatus, reason } from '../../testing/http-client.ts'
import { openingInProcess, type InProcess } from '../../testing/in-process.ts'

const open = openingInProcess()
let mintmark: InProcess
let acme: SetUpInstallation

beforeAll(async () => {
  mintmark = await open()
  acme = await setUpInstallation(mintmark)
})

const evil = 'https://evil.example'
const form = 'application/x-www-form-urlencoded'

/** What a browser would send for a page of another site; `''` leaves a header out. Its cookie comes along each time. */
const techniques: readonly (readonly [name: string, headers: Record<string, string>, status: number])[] = [
  ['fetch from another site', { origin: evil, 'sec-fetch-site': 'cross-site' }, 403],
  ['fetch from a sibling host', { origin: 'http://keys.evil.example', 'sec-fetch-site': 'same-site' }, 403],
  ['an older browser, which says Origin alone', { origin: evil, 'sec-fetch-site': '' }, 403],
  ['a sandboxed frame, whose origin is null', { origin: 'null', 'sec-fetch-site': 'cross-site' }, 403],
  ['no Origin at all', { origin: '' }, 403],
  ['nothing said of where it comes from', { origin: '', 'sec-fetch-site': '' }, 403],
  ['our own Origin, but the browser knows better', { 'sec-fetch-site': 'cross-site' }, 403],
  ['an Origin that begins like ours', { origin: 'http://127.0.0.1:1.evil.example', 'sec-fetch-site': '' }, 403],
  ['our host by another scheme', { origin: 'https://127.0.0.1', 'sec-fetch-site': '' }, 403],
  ['a form', { origin: evil, 'sec-fetch-site': 'cross-site', 'content-type': form }, 403],
  ['a form that some proxy gave our Origin', { 'content-type': form }, 415],
  ['a text that reads as JSON', { 'content-type': 'text/plain' }, 415],
  ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ['a Referer of ours alone', { origin: '', 'sec-fetch-site': '', referer: 'http://127.0.0.1/' }, 403],
  ['another method in a header', { origin: evil, 'x-http-method-override': 'GET' }, 403],
]

test.each(techniques)('%s changes nothing', async (_name, headers, status) => {
  const body = { currentPassword: goodPassword, newPassword: 'another sentence of seven' }
  const answer = await acme.ada.send('POST', '/auth/password/change', body, headers)
  expect(answer.status).toBe(status)
  expect(answer.headers.getSetCookie()).toEqual([])
  const token = await acme.ada.send('POST', '/auth/token', { organizationId: acme.organizationId }, headers)
  expect(token.status).toBe(status)
  expectStatus(200, await acme.ada.get('/auth/me'))
})

test('a page of another site begins nothing for a program, and uses up no attempts of who looks at it', async () => {
  for (let index = 0; index < 101; index += 1) {
    expect((await acme.ada.send('POST', '/auth/device', undefined, { origin: evil })).status).toBe(403)
  }
  const { ada, email } = acme
  expectStatus(200, await new BrowserClient(mintmark.url).post('/auth/sign-in', { email, password: goodPassword }))
  expectStatus(200, await ada.send('POST', '/auth/device', undefined, { origin: '', 'sec-fetch-site': '' }))
})

test('what changes something is asked for by no GET', async () => {
  for (const path of ['/auth/sign-out', '/auth/token', '/auth/password/change', '/auth/step-up']) {
    expect((await acme.ada.get(path)).status).toBe(405)
  }
  expect((await acme.ada.send('DELETE', '/auth/sessions/x', undefined, { origin: evil })).status).toBe(403)
  expectStatus(200, await acme.ada.get('/auth/me'))
})

test('a page of another site reads nothing: no answer allows it', async () => {
  const answer = await acme.ada.send('GET', '/auth/me', undefined, { origin: evil, 'sec-fetch-site': 'cross-site' })
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  const preflight = await acme.ada.send('OPTIONS', '/auth/token', undefined, { origin: evil })
  expect(preflight.status).toBeGreaterThanOrEqual(400)
})

test('a cookie is no credential of the API, and no credential of the API is one here', async () => {
  const cookie = acme.ada.cookie ?? ''
  const value = cookie.split('=')[1] ?? ''
  const client = (credential: string | null) => mintmark.client(credential)
  expect(reason(await client(null).get('/v1/me', { cookie }))).toEqual([401, 'missing_key'])
  expect(reason(await client(value).get('/v1/me'))).toEqual([401, 'invalid_key'])
  const { token } = expectStatus(200, await acme.ada.post('/auth/token', { organizationId: acme.organizationId }))
  for (const [name, said] of [
    ['authorization', `Bearer ${token}`],
    ['x-api-key', token],
    ['authorization', `Bearer ${mintmark.operatorKey}`],
  ] as const) {
    expect(reason(await acme.ada.send('GET', '/auth/me', undefined, { [name]: said }))).toEqual([
      400,
      'ambiguous_credentials',
    ])
  }
  const other = new BrowserClient(mintmark.url, `mintmark_session=${token}`)
  expect(reason(await other.get('/auth/me'))).toEqual([401, 'invalid_key'])
  // Cookie of one and token of another: the API goes by the token alone.
  const organization = await mintmark.organization()
  const stranger = await organization.session('member')
  expect((await client(stranger).get('/v1/me', { cookie })).body).toMatchObject({ userId: 'member' })
})

test('no operation of the API takes a cookie for anything', async () => {
  const nobody = new BrowserClient(mintmark.url)
  const { paths } = expectStatus(200, await nobody.get('/openapi.json'))
  const operations = Object.entries<object>(paths).flatMap(([template, item]) =>
    Object.keys(item)
      .filter((method) => /^(get|post|put|patch|delete)$/.test(method))
      .map((method) => ({ method: method.toUpperCase(), path: template.replaceAll(/\{\w+\}/g, 'x') })),
  )
  expect(operations.length).toBeGreaterThan(60)
  for (const { method, path } of operations) {
    const body = method === 'GET' ? undefined : {}
    const [without, withCookie] = [await nobody.send(method, path, body), await acme.ada.send(method, path, body)]
    const reasonOf = ({ status, body: answer }: typeof without) => [method, path, status, answer?.reason]
    expect(reasonOf(withCookie)).toEqual(reasonOf(without))
    if (method !== 'GET') expect(withCookie.status).toBeGreaterThanOrEqual(400)
  }
})

test('two cookies are none', async () => {
  const doubled = new BrowserClient(mintmark.url, `${acme.ada.cookie}; ${acme.ada.cookie}`)
  expect(reason(await doubled.get('/auth/me'))).toEqual([401, 'missing_key'])
})

test('a host that is not this machine is told to use https, and gets no cookie', async () => {
  const remote = await open({ publicUrl: 'http://keys.example.com' })
  const browser = new BrowserClient(remote.url)
  const body = { email: acme.email, password: goodPassword }
  const { status, cookies } = await new Promise<{ status: number; cookies: readonly string[] }>((resolve, reject) => {
    const headers = { host: 'keys.example.com', origin: 'http://keys.example.com', 'content-type': 'application/json' }
    const asked = request(`${remote.url}/auth/sign-in`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, cookies: response.headers['set-cookie'] ?? [] })
    })
    asked.once('error', reject).end(JSON.stringify(body))
  })
  expect([status, cookies]).toEqual([403, []])
  // By its own name for itself the machine may.
  expect((await browser.post('/auth/sign-in', body)).status).toBe(401)
})

test('by https the cookie is for this very host, and the browser comes by nothing else', async () => {
  const publicUrl = 'https://keys.example.com'
  const secure = await open({ publicUrl })
  const { url } = await secure.mintmark.engine.signIn.createSetUpLink(testHost())
  expect(url).toMatch(/^https:\/\/keys\.example\.com\/set-up#token=mml_/)
  const browser = new BrowserClient(secure.url)
  const person = { organizationName: 'Acme', name: 'Ada', email: 'ada@example.com', password: goodPassword }
  const answer = await browser.send(
    'POST',
    '/auth/set-up',
    { token: new URL(url).hash.slice(7), ...person },
    {
      origin: publicUrl,
    },
  )
  expectStatus(200, answer)
  expect(browser.setCookie).toMatch(
    /^__Host-mintmark_session=mmc_[0-9A-Za-z]{38}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  for (const path of [
    '/auth/config',
    '/sign-in',
    '/v1/me',
    '/openapi.json',
    '/reference',
    '/nowhere',
    '/healthz',
    '/v1/forward-auth',
  ]) {
    expect((await browser.get(path)).headers.get('strict-transport-security'), path).toBe('max-age=31536000')
    expect((await acme.ada.get(path)).headers.get('strict-transport-security'), path).toBeNull()
  }
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  // Its own address behind the proxy is not where its pages are.
  expect((await browser.post('/auth/sign-out')).status).toBe(403)
})
