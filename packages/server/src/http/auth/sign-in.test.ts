import { beforeAll, describe, expect, test } from 'vitest'
import {
  BrowserClient,
  goodPassword,
  setUpInstallation,
  setUpToken,
  testHost,
  tokenOf,
  type SetUpInstallation,
} from '../../testing/browser-client.ts'
import { expectStatus, reason } from '../../testing/http-client.ts'
import { describeOnBothStorages, openingInProcess, usingTime, type InProcess } from '../../testing/in-process.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

describeOnBothStorages('signing in', (open) => {
  let mintmark: InProcess
  let acme: SetUpInstallation

  beforeAll(async () => {
    mintmark = await open()
    acme = await setUpInstallation(mintmark)
  })

  const signIn = async (): Promise<BrowserClient> => {
    const browser = new BrowserClient(mintmark.url)
    const body = { email: 'ADA@example.com', password: goodPassword }
    expect(expectStatus(200, await browser.post('/auth/sign-in', body))).toEqual({ next: 'done' })
    return browser
  }
  const tokenOfPage = async (browser: BrowserClient): Promise<string> =>
    expectStatus(200, await browser.post('/auth/token', { organizationId: acme.organizationId })).token

  test('a set-up makes the first organization and its administrator, once', async () => {
    expect(expectStatus(200, await acme.ada.get('/auth/me'))).toEqual({
      userId: expect.stringMatching(/^usr_/),
      email: acme.email,
      name: 'Ada',
      password: true,
      secondFactor: false,
      organizations: [{ id: acme.organizationId, name: 'Acme', role: 'admin' }],
    })
    await expect(setUpToken(mintmark)).rejects.toMatchObject({ reason: 'conflict' })
    expectStatus(200, await acme.ada.get('/auth/config'))
  })

  test('a page has a session token of fifteen minutes, which ends with the sign-in', async () => {
    const browser = await signIn()
    const answer = expectStatus(200, await browser.post('/auth/token', { organizationId: acme.organizationId }))
    expect(answer).toEqual({
      token: expect.stringMatching(/^mms_/),
      expiresAt: expect.any(String),
      role: 'admin',
      steppedUpUntil: expect.any(String),
    })
    expect(Math.abs(Date.parse(answer.expiresAt) - Date.now() - 15 * minuteMs)).toBeLessThan(minuteMs)
    const client = mintmark.client(answer.token)
    expectStatus(201, await client.post('/v1/api-keys', { name: 'ci' }))
    const stolen = browser.copy()
    expectStatus(204, await browser.post('/auth/sign-out'))
    expect(reason(await client.get('/v1/me'))).toEqual([401, 'session_expired'])
    expect(reason(await stolen.get('/auth/me'))).toEqual([401, 'session_expired'])
    expect(reason(await stolen.post('/auth/token', { organizationId: acme.organizationId }))).toEqual([
      401,
      'session_expired',
    ])
    // Again is no mistake.
    expectStatus(204, await browser.post('/auth/sign-out'))
  })

  test('in a browser that was signed in ends what was, and gives another cookie', async () => {
    const browser = await signIn()
    const before = browser.copy()
    const token = await tokenOfPage(before)
    const body = { email: acme.email, password: goodPassword }
    expectStatus(200, await browser.post('/auth/sign-in', body))
    expect(browser.cookie).not.toBe(before.cookie)
    expect(reason(await before.get('/auth/me'))).toEqual([401, 'session_expired'])
    expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'session_expired'])
    expectStatus(204, await browser.post('/auth/sign-out'))
  })

  test('everywhere at once, and where somebody else is signed in nothing happens', async () => {
    const [laptop, phone] = [await signIn(), await signIn()]
    const tokens = [await tokenOfPage(laptop), await tokenOfPage(phone)]
    const listed = expectStatus(200, await phone.get('/auth/sessions')).data
    expect(listed.filter((one: { current: boolean }) => one.current)).toHaveLength(1)
    expectStatus(204, await laptop.post('/auth/sign-out-everywhere'))
    for (const token of tokens)
      expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'session_expired'])
    for (const browser of [phone, acme.ada])
      expect(reason(await browser.get('/auth/me'))).toEqual([401, 'session_expired'])
    acme = { ...acme, ada: await signIn() }
  })

  test('one of his sign-ins is ended from another; a stranger’s is not found', async () => {
    const [laptop, phone] = [await signIn(), await signIn()]
    const token = await tokenOfPage(phone)
    const [own] = expectStatus(200, await phone.get('/auth/sessions')).data
    expectStatus(204, await laptop.delete(`/auth/sessions/${own.id}`))
    expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'session_expired'])
    expect(reason(await laptop.delete(`/auth/sessions/${own.id}`))).toEqual([404, 'not_found'])
    expect(reason(await laptop.delete('/auth/sessions/sin_0000000000000000000000'))).toEqual([404, 'not_found'])
  })

  test('a suspended member has no token, and those that he has stop at once', async () => {
    const invited = await acme.ada.post('/auth/token', { organizationId: acme.organizationId })
    const api = mintmark.client(invited.body.token)
    const { token } = expectStatus(
      201,
      await api.post('/v1/users/invite', { email: 'bo@example.com', role: 'engineer' }),
    )
    const bo = new BrowserClient(mintmark.url)
    const joined = await bo.post('/auth/invitations/accept', { token, name: 'Bo', password: goodPassword })
    expect(expectStatus(200, joined)).toEqual({ organizationId: acme.organizationId })
    const { userId } = expectStatus(200, await bo.get('/auth/me'))
    const own = await tokenOfPage(bo)
    expectStatus(200, await mintmark.client(own).get('/v1/me'))
    expectStatus(200, await api.patch(`/v1/users/${userId}`, { status: 'suspended' }))
    expect(reason(await mintmark.client(own).get('/v1/me'))).toEqual([403, 'owner_suspended'])
    expect(reason(await bo.post('/auth/token', { organizationId: acme.organizationId }))).toEqual([
      403,
      'owner_suspended',
    ])
    expect(expectStatus(200, await bo.get('/auth/me')).organizations).toEqual([])
    expect(reason(await bo.post('/auth/token', { organizationId: 'absent' }))).toEqual([404, 'not_found'])
    // Twice is once.
    const again = new BrowserClient(mintmark.url)
    expect(reason(await again.post('/auth/invitations/accept', { token, password: goodPassword }))).toEqual([
      400,
      'invalid_request',
    ])
  })

  test('a person in two organizations has a token for each', async () => {
    const other = await mintmark.organization({ roles: ['admin'] })
    const { token } = expectStatus(
      201,
      await other.operator.post('/v1/users/invite', { email: 'someone@example.com', role: 'member' }),
    )
    expectStatus(200, await acme.ada.post('/auth/invitations/accept', { token }))
    const { organizations } = expectStatus(200, await acme.ada.get('/auth/me'))
    expect(new Map(organizations.map(({ id, role }: { id: string; role: string }) => [id, role]))).toEqual(
      new Map([
        [acme.organizationId, 'admin'],
        [other.id, 'member'],
      ]),
    )
    const answer = expectStatus(200, await acme.ada.post('/auth/token', { organizationId: other.id }))
    expect(answer.role).toBe('member')
    expect(expectStatus(200, await mintmark.client(answer.token).get('/v1/me')).organizationId).toBe(other.id)
  })

  test('a set-up link that many use at once makes one organization', async () => {
    const fresh = await open()
    const links = [await setUpToken(fresh), await setUpToken(fresh)]
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        new BrowserClient(fresh.url).post('/auth/set-up', {
          token: links[index % 2],
          organizationName: `Acme ${index}`,
          name: 'Ada',
          email: `ada-${index}@example.com`,
          password: goodPassword,
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status } of answers) expect([200, 400, 409]).toContain(status)
    expect((await fresh.operator.get('/v1/organizations')).body.data).toHaveLength(1)
  })

  test('a link to a new password is used by one of many, and ends what was signed in', async () => {
    const before = await signIn()
    const token = await tokenOfPage(before)
    const { signIn: people } = mintmark.mintmark.engine
    const reset = tokenOf((await people.createResetLink(testHost(), { email: acme.email })).url)
    const passwords = Array.from({ length: 5 }, (_, index) => `${goodPassword} ${index}`)
    const answers = await Promise.all(
      passwords.map((password) =>
        new BrowserClient(mintmark.url).post('/auth/password/reset', { token: reset, password }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 400, 400, 400, 400])
    const chosen = passwords[answers.findIndex(({ status }) => status === 204)]
    expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'session_expired'])
    const browser = new BrowserClient(mintmark.url)
    expectStatus(200, await browser.post('/auth/sign-in', { email: acme.email, password: chosen }))
    const cookie = browser.cookie
    const spare = await tokenOfPage(browser)
    const left = tokenOf((await people.createResetLink(testHost(), { email: acme.email })).url)
    const change = { currentPassword: chosen, newPassword: goodPassword }
    expectStatus(204, await browser.post('/auth/password/change', change))
    // Nor does a link that somebody still had change it again.
    const takenOver = await browser.copy().post('/auth/password/reset', { token: left, password: `${goodPassword} 9` })
    expect(reason(takenOver)).toEqual([400, 'invalid_request'])
    expect(browser.cookie).not.toBe(cookie)
    expect(reason(await mintmark.client(spare).get('/v1/me'))).toEqual([401, 'session_expired'])
    expectStatus(200, await browser.get('/auth/me'))
    expect(reason(await new BrowserClient(mintmark.url, cookie).get('/auth/me'))).toEqual([401, 'session_expired'])
    acme = { ...acme, ada: browser }
  })

  test('sign-outs against tokens: none that was had before the answer is good after it', async () => {
    const browser = await signIn()
    const asked = Array.from({ length: 8 }, () =>
      browser.copy().post('/auth/token', { organizationId: acme.organizationId }),
    )
    const [, ...answers] = await Promise.all([browser.copy().post('/auth/sign-out'), ...asked])
    for (const { status, body } of answers) {
      expect([200, 401]).toContain(status)
      if (status === 200) expect((await mintmark.client(body.token).get('/v1/me')).status).toBe(401)
    }
  })

  test('every change is in the audit trail, by the person', async () => {
    const events = (await mintmark.operator.get('/v1/audit-events?limit=100')).body.data
    const actions = new Set(events.map(({ action }: { action: string }) => action))
    for (const action of [
      'person.signed_in',
      'person.signed_out',
      'person.password_changed',
      'person.password_reset',
    ]) {
      expect(actions).toContain(action)
    }
    expect(JSON.stringify(events)).not.toMatch(/mm[clos]_[0-9A-Za-z]{38}|argon2/)
    expect((await mintmark.operator.post('/v1/audit-events/check', {})).body).toMatchObject({ whole: true })
  })
})

describe('time', () => {
  const open = openingInProcess()
  const pass = usingTime()

  const given = async () => {
    // Before the server has its clock.
    pass(0)
    const mintmark = await open()
    const acme = await setUpInstallation(mintmark)
    const tokenOfPage = async () => (await acme.ada.post('/auth/token', { organizationId: acme.organizationId })).body
    return { mintmark, ...acme, tokenOfPage }
  }

  test('ends a sign-in after an hour of nothing, at that very instant', async () => {
    const { ada } = await given()
    pass(hourMs - 1)
    expectStatus(200, await ada.get('/auth/me'))
    pass(hourMs)
    expect(reason(await ada.get('/auth/me'))).toEqual([401, 'session_expired'])
  })

  test('is not held up by a page that asks by itself and that nobody touches', async () => {
    const { ada, organizationId } = await given()
    const renew = (idleSeconds: number) => ada.copy().post('/auth/token', { organizationId, idleSeconds })
    for (let minutes = 14; minutes < 60; minutes += 14) {
      pass(14 * minuteMs)
      expectStatus(200, await renew(minutes * 60))
    }
    pass(4 * minuteMs - 1)
    expectStatus(200, await renew(3_599))
    pass(1)
    expect(reason(await renew(3_600))).toEqual([401, 'session_expired'])
    expect(reason(await renew(0))).toEqual([401, 'session_expired'])
    for (const wrong of [-1, 0.5, 86_401]) expect(reason(await renew(wrong))).toEqual([400, 'invalid_request'])
  })

  test('ends it after a day however much it is used, and its tokens with it', async () => {
    const { mintmark, ada, tokenOfPage } = await given()
    for (let used = 0; used < 47; used += 1) {
      pass(30 * minuteMs)
      expectStatus(200, await ada.get('/auth/me'))
    }
    pass(29 * minuteMs)
    const { token, expiresAt } = await tokenOfPage()
    expect(Date.parse(expiresAt) - Date.now()).toBe(minuteMs)
    pass(minuteMs - 1)
    expectStatus(200, await ada.get('/auth/me'))
    expectStatus(200, await mintmark.client(token).get('/v1/me'))
    pass(1)
    expect(reason(await ada.get('/auth/me'))).toEqual([401, 'session_expired'])
    expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'session_expired'])
  })

  test('ends a token after fifteen minutes', async () => {
    const { mintmark, tokenOfPage } = await given()
    const { token } = await tokenOfPage()
    pass(15 * minuteMs - 1)
    expectStatus(200, await mintmark.client(token).get('/v1/me'))
    pass(1)
    expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'session_expired'])
  })

  test('ends a link after an hour, at that very instant', async () => {
    const { mintmark, email } = await given()
    const { signIn: people } = mintmark.mintmark.engine
    const link = async () => tokenOf((await people.createResetLink(testHost(), { email })).url)
    const reset = (token: string) =>
      new BrowserClient(mintmark.url).post('/auth/password/reset', { token, password: goodPassword })
    const first = await link()
    pass(hourMs - 1)
    expectStatus(204, await reset(first))
    const second = await link()
    pass(hourMs)
    expect(reason(await reset(second))).toEqual([400, 'invalid_request'])
  })
})
