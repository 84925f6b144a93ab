import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { PasswordHasher } from '../../engine/sign-in/password-hash.ts'
import { totpCode, totpStepAt } from '../../engine/sign-in/totp.ts'
import {
  BrowserClient,
  fromBase32,
  goodPassword,
  setUpInstallation,
  testHost,
  tokenOf,
  type SetUpInstallation,
} from '../../testing/browser-client.ts'
import { expectStatus, reason } from '../../testing/http-client.ts'
import { describeOnBothStorages, type InProcess } from '../../testing/in-process.ts'

describeOnBothStorages('the second factor', (open) => {
  let mintmark: InProcess
  let acme: SetUpInstallation
  let secret: Uint8Array
  let recoveryCodes: readonly string[]
  let nextStep = 0

  /** Of a step that was not used yet: one before now, now, one after. */
  const code = (): string => {
    const now = totpStepAt(Date.now())
    nextStep = Math.max(nextStep + 1, now - 1)
    if (nextStep > now + 1) throw new Error('No step is left: codes are good for three of them')
    return totpCode(secret, nextStep)
  }
  /** Into another organization. */
  const invitation = async (): Promise<string> => {
    const { operator } = await mintmark.organization({ roles: [] })
    return expectStatus(201, await operator.post('/v1/users/invite', { email: acme.email, role: 'member' })).token
  }
  const begin = async (): Promise<BrowserClient> => {
    const browser = new BrowserClient(mintmark.url)
    const body = { email: acme.email, password: goodPassword }
    expect(expectStatus(200, await browser.post('/auth/sign-in', body))).toEqual({ next: 'second_factor' })
    return browser
  }

  beforeAll(async () => {
    mintmark = await open()
    acme = await setUpInstallation(mintmark)
  })

  test('is in force once a code of it was shown', async () => {
    const { ada } = acme
    expect(reason(await ada.post('/auth/second-factor/enrol', { password: 'not the password' }))).toEqual([
      401,
      'invalid_key',
    ])
    const enrolment = expectStatus(200, await ada.post('/auth/second-factor/enrol', { password: goodPassword }))
    expect(enrolment.uri).toBe(`otpauth://totp/Mintmark:ada%40example.com?secret=${enrolment.secret}&issuer=Mintmark`)
    secret = fromBase32(enrolment.secret)
    expect(expectStatus(200, await ada.get('/auth/me')).secondFactor).toBe(false)
    expect(reason(await ada.post('/auth/second-factor/confirm', { code: '000000' }))).toEqual([401, 'invalid_key'])
    const before = ada.copy()
    const confirmed = expectStatus(200, await ada.post('/auth/second-factor/confirm', { code: code() }))
    recoveryCodes = confirmed.recoveryCodes
    expect(reason(await before.get('/auth/me'))).toEqual([401, 'invalid_key'])
    expect(new Set(recoveryCodes).size).toBe(10)
    for (const one of recoveryCodes) expect(one).toMatch(/^([a-z2-7]{4}-){5}[a-z2-7]{4}$/)
    expect(expectStatus(200, await ada.get('/auth/me')).secondFactor).toBe(true)
    expect(reason(await ada.post('/auth/second-factor/enrol', { password: goodPassword }))).toEqual([409, 'conflict'])
  })

  test('is asked for before anything else is answered', async () => {
    const browser = await begin()
    const cookie = browser.cookie
    for (const answer of [
      await browser.get('/auth/me'),
      await browser.get('/auth/sessions'),
      await browser.post('/auth/token', { organizationId: acme.organizationId }),
      await browser.post('/auth/step-up', { password: goodPassword }),
      await browser.post('/auth/password/change', { currentPassword: goodPassword, newPassword: `${goodPassword} 2` }),
      await browser.post('/auth/second-factor/disable', { password: goodPassword }),
      await browser.post('/auth/second-factor/enrol', { password: goodPassword }),
      await browser.post('/auth/second-factor/confirm', { code: '000000' }),
      await browser.post('/auth/device/approve', { userCode: 'BCDF-GHJK', organizationId: acme.organizationId }),
      await browser.post('/auth/device/deny', { userCode: 'BCDF-GHJK' }),
      await browser.post('/auth/invitations/accept', { token: await invitation() }),
      await browser.delete('/auth/sessions/sin_0000000000000000000000'),
      await browser.post('/auth/sign-out-everywhere'),
    ]) {
      expect(reason(answer)).toEqual([401, 'missing_key'])
    }
    expect(reason(await browser.post('/auth/second-factor', { code: '000000' }))).toEqual([401, 'invalid_key'])
    // A code is good once, whoever is first of many.
    const own = code()
    const copies = Array.from({ length: 6 }, () => browser.copy())
    const answers = await Promise.all(copies.map((copy) => copy.post('/auth/second-factor', { code: own })))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const done = copies[answers.findIndex(({ status }) => status === 204)]
    expect(done?.cookie).not.toBe(cookie)
    expectStatus(200, await (done ?? browser).get('/auth/me'))
    // What asked for the code is nobody now.
    expect(reason(await browser.get('/auth/me'))).toEqual([401, 'invalid_key'])
    const again = await begin()
    expect(reason(await again.post('/auth/second-factor', { code: own }))).toEqual([401, 'invalid_key'])
    // Nor is it a way around that he is invited somewhere.
    const token = await invitation()
    const visitor = new BrowserClient(mintmark.url)
    expect(reason(await visitor.post('/auth/invitations/accept', { token, password: goodPassword }))).toEqual([
      409,
      'conflict',
    ])
    expect(visitor.cookie).toBeNull()
    expectStatus(204, await again.post('/auth/sign-out'))
  })

  test('may be shown by a recovery code, each once', async () => {
    const [first = '', second = ''] = recoveryCodes
    const browsers = await Promise.all(Array.from({ length: 4 }, begin))
    const answers = await Promise.all(browsers.map((browser) => browser.post('/auth/second-factor', { code: first })))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const written = second.toUpperCase().replaceAll('-', ' ')
    const browser = await begin()
    expectStatus(204, await browser.post('/auth/second-factor', { code: written }))
    expectStatus(200, await browser.get('/auth/me'))
    // Steps up, too.
    expectStatus(204, await browser.post('/auth/step-up', { code: recoveryCodes[2] }))
    expect(reason(await browser.post('/auth/step-up', { code: recoveryCodes[2] }))).toEqual([401, 'invalid_key'])
    acme = { ...acme, ada: browser }
  })

  test('lets a password be of eight characters, and keeps it until that is longer', async () => {
    const short = 'umbre7lq'
    const { ada } = acme
    expectStatus(204, await ada.post('/auth/password/change', { currentPassword: goodPassword, newPassword: short }))
    expect(reason(await ada.post('/auth/second-factor/disable', { password: short }))).toEqual([409, 'conflict'])
    expectStatus(204, await ada.post('/auth/password/change', { currentPassword: short, newPassword: goodPassword }))
    const before = ada.copy()
    expectStatus(204, await ada.post('/auth/second-factor/disable', { password: goodPassword }))
    expect(reason(await before.get('/auth/me'))).toEqual([401, 'invalid_key'])
    const browser = new BrowserClient(mintmark.url)
    const body = { email: acme.email, password: goodPassword }
    expect(expectStatus(200, await browser.post('/auth/sign-in', body))).toEqual({ next: 'done' })
    expect(
      reason(await browser.post('/auth/password/change', { currentPassword: goodPassword, newPassword: short })),
    ).toEqual([400, 'invalid_request'])
  })

  test('that is lost is taken away by the host alone, with the password and whatever is signed in', async () => {
    const { signIn } = mintmark.mintmark.engine
    const { email } = acme
    const withoutFactor = () => signIn.createResetLink(testHost(), { email, withoutSecondFactor: true })
    await expect(withoutFactor()).rejects.toMatchObject({ reason: 'conflict' })
    const browser = new BrowserClient(mintmark.url)
    const open = (password: string) => browser.post('/auth/sign-in', { email, password })
    expectStatus(200, await open(goodPassword))
    const enrolment = expectStatus(200, await browser.post('/auth/second-factor/enrol', { password: goodPassword }))
    ;[secret, nextStep] = [fromBase32(enrolment.secret), 0]
    expectStatus(200, await browser.post('/auth/second-factor/confirm', { code: code() }))
    const before = browser.copy()

    const { url } = await withoutFactor()
    expect(reason(await before.get('/auth/me'))).toEqual([401, 'session_expired'])
    // Nobody is let in by what was only ever half of it.
    expect(reason(await open(goodPassword))).toEqual([401, 'invalid_key'])
    const password = `${goodPassword} new`
    expectStatus(204, await browser.post('/auth/password/reset', { token: tokenOf(url), password }))
    expect(expectStatus(200, await open(password))).toEqual({ next: 'done' })
    expect(expectStatus(200, await browser.get('/auth/me')).secondFactor).toBe(false)
  })

  test('that goes while a shorter password is chosen beside it takes that with it', async () => {
    const password = `${goodPassword} new`
    const short = 'umbre7lq'
    const [one, other] = [new BrowserClient(mintmark.url), new BrowserClient(mintmark.url)]
    for (const browser of [one, other]) {
      expectStatus(200, await browser.post('/auth/sign-in', { email: acme.email, password }))
    }
    const { url } = await mintmark.mintmark.engine.signIn.createResetLink(testHost(), { email: acme.email })
    const hash = vi.spyOn(PasswordHasher.prototype, 'hash')
    onTestFinished(() => hash.mockRestore())
    for (const [path, body] of [
      ['/auth/password/change', { currentPassword: password, newPassword: short }],
      ['/auth/password/reset', { token: tokenOf(url), password: short }],
    ] as const) {
      const enrolment = expectStatus(200, await one.post('/auth/second-factor/enrol', { password }))
      ;[secret, nextStep] = [fromBase32(enrolment.secret), 0]
      expectStatus(200, await one.post('/auth/second-factor/confirm', { code: code() }))
      hash.mockImplementationOnce(async () => {
        expectStatus(204, await one.post('/auth/second-factor/disable', { password }))
        return 'the hash of what is too short now'
      })
      expect([path, ...reason(await other.post(path, body))]).toEqual([path, 400, 'invalid_request'])
    }
    expectStatus(200, await one.post('/auth/sign-in', { email: acme.email, password }))
  })
})
