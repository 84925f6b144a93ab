import { expect, test } from 'vitest'
import { BrowserClient, setUpInstallation } from '../../testing/browser-client.ts'
import { createClient, expectStatus, reason } from '../../testing/http-client.ts'
import { openingInProcess, usingTime } from '../../testing/in-process.ts'

const open = openingInProcess()
const pass = usingTime()
const intervalMs = 5_000

async function given() {
  pass(0)
  const mintmark = await open()
  const acme = await setUpInstallation(mintmark)
  // A program: no cookie, no Origin.
  const headers = { origin: '', 'sec-fetch-site': '' }
  const program = new BrowserClient(mintmark.url)
  const begin = async () => expectStatus(200, await program.send('POST', '/auth/device', {}, headers))
  const poll = async (deviceCode: string) =>
    expectStatus(200, await program.send('POST', '/auth/device/token', { deviceCode }, headers))
  const approve = (userCode: string, browser = acme.ada) =>
    browser.post('/auth/device/approve', { userCode, organizationId: acme.organizationId })
  return { mintmark, ...acme, begin, poll, approve }
}

test('a program gets a session token of whoever approves it, once', async () => {
  const { mintmark, ada, organizationId, begin, poll, approve } = await given()
  const begun = await begin()
  expect(begun).toEqual({
    deviceCode: expect.stringMatching(/^mml_/),
    userCode: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
    verificationUri: 'http://127.0.0.1:6468/device',
    expiresInSeconds: 600,
    intervalSeconds: 5,
  })
  expect(await poll(begun.deviceCode)).toEqual({ status: 'pending' })
  expect(await poll(begun.deviceCode)).toEqual({ status: 'slow_down' })
  // Slower now by five seconds.
  pass(intervalMs + 1)
  expect(await poll(begun.deviceCode)).toEqual({ status: 'slow_down' })
  expectStatus(204, await approve(begun.userCode.toLowerCase().replace('-', ' ')))
  expect(reason(await approve(begun.userCode))).toEqual([400, 'invalid_request'])
  const answers = await Promise.all(Array.from({ length: 4 }, () => poll(begun.deviceCode)))
  const approved = answers.filter(({ status }) => status === 'approved')
  expect(approved).toHaveLength(1)
  const { token, userId } = approved[0]
  expect(approved[0]).toMatchObject({ organizationId, userId: expect.stringMatching(/^usr_/) })
  const client = createClient(mintmark.url, { authorization: `Bearer ${token}` })
  expect(expectStatus(200, await client.get('/v1/me'))).toMatchObject({ userId, organizationId })
  // It stays when the browser signs out, and ends with everything of the person's.
  const other = new BrowserClient(mintmark.url)
  expectStatus(
    200,
    await other.post('/auth/sign-in', { email: 'ada@example.com', password: 'umbrella velvet canyon 7' }),
  )
  expectStatus(204, await ada.post('/auth/sign-out'))
  expectStatus(200, await client.get('/v1/me'))
  expectStatus(204, await other.post('/auth/sign-out-everywhere'))
  expect(reason(await client.get('/v1/me'))).toEqual([401, 'session_expired'])
})

test('nobody who is not signed in approves, and not for an organization of others', async () => {
  const { mintmark, ada, begin, poll, approve } = await given()
  const { userCode, deviceCode } = await begin()
  expect(reason(await approve(userCode, new BrowserClient(mintmark.url)))).toEqual([401, 'missing_key'])
  const other = await mintmark.organization()
  const foreign = { userCode, organizationId: other.id }
  expect(reason(await ada.post('/auth/device/approve', foreign))).toEqual([404, 'not_found'])
  expect(reason(await ada.post('/auth/device/approve', { ...foreign, organizationId: 'absent' }))).toEqual([
    404,
    'not_found',
  ])
  expectStatus(204, await ada.post('/auth/device/deny', { userCode }))
  expect(await poll(deviceCode)).toEqual({ status: 'denied' })
  expect(await poll(deviceCode)).toEqual({ status: 'expired' })
})

test('after ten minutes, or when who approved has signed out meanwhile, nothing comes of it', async () => {
  const { ada, begin, poll, approve } = await given()
  const late = await begin()
  pass(600_000)
  expect(reason(await approve(late.userCode))).toEqual([400, 'invalid_request'])
  expect(await poll(late.deviceCode)).toEqual({ status: 'expired' })
  const { userCode, deviceCode } = await begin()
  expectStatus(204, await approve(userCode))
  expectStatus(204, await ada.post('/auth/sign-out'))
  expect(await poll(deviceCode)).toEqual({ status: 'denied' })
  expect(await poll('mml_invented')).toEqual({ status: 'expired' })
})
