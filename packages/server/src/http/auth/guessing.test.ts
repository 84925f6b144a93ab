import { randomBytes } from 'node:crypto'
import { linkTokenFormat } from '@mintmark/core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { SqlIdentityStore } from '../../storage/sql/identity.ts'
import {
  BrowserClient,
  goodPassword,
  setUpInstallation,
  testHost,
  tokenOf,
  type SetUpInstallation,
} from '../../testing/browser-client.ts'
import { expectStatus, reason } from '../../testing/http-client.ts'
import { describeOnBothStorages, openingInProcess, usingTime, type InProcess } from '../../testing/in-process.ts'

/** What an answer is, but for what names the request itself. */
const shapeOf = ({ status, headers, body }: Awaited<ReturnType<BrowserClient['get']>>) => ({
  status,
  headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
  body: { ...body, requestId: '' },
})

describeOnBothStorages('whether somebody has an address', (open) => {
  let mintmark: InProcess
  let acme: SetUpInstallation
  const unknown = 'nobody@example.com'

  beforeAll(async () => {
    mintmark = await open()
    acme = await setUpInstallation(mintmark)
  })

  /** Passwords hashed meanwhile: what takes long. */
  const hashesOf = async <T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly hashes: number }> => {
    const { metrics } = mintmark.mintmark.engine
    const before = metrics.passwordHashes
    const answer = await work()
    return { answer, hashes: metrics.passwordHashes - before }
  }

  test('is not told by signing in: the same answer after the same work', async () => {
    const asked = (['findByEmail', 'passwordHash'] as const).map((name) => vi.spyOn(SqlIdentityStore.prototype, name))
    const countAsked = () => asked.map((spy) => spy.mock.calls.length)
    const attempt = (email: string) =>
      hashesOf(() =>
        new BrowserClient(mintmark.url).post('/auth/sign-in', { email, password: 'not the password at all' }),
      )
    const known = await attempt(acme.email)
    expect(countAsked()).toEqual([1, 1])
    const absent = await attempt(unknown)
    expect(countAsked()).toEqual([2, 2])
    for (const spy of asked) spy.mockRestore()
    expect(shapeOf(absent.answer)).toEqual(shapeOf(known.answer))
    expect(known.answer.status).toBe(401)
    expect([known.hashes, absent.hashes]).toEqual([1, 1])
  })

  test('is not told by a forgotten password', async () => {
    const attempt = (email: string) =>
      hashesOf(() => new BrowserClient(mintmark.url).post('/auth/password/forgot', { email }))
    const [known, absent] = [await attempt(acme.email), await attempt(unknown)]
    expect(shapeOf(absent.answer)).toEqual(shapeOf(known.answer))
    expect([known.answer.status, known.hashes, absent.hashes]).toEqual([204, 0, 0])
  })

  test('is not told by inviting him', async () => {
    const { token } = expectStatus(200, await acme.ada.post('/auth/token', { organizationId: acme.organizationId }))
    const invite = (email: string) => mintmark.client(token).post('/v1/users/invite', { email, role: 'member' })
    const [known, absent] = [await invite(acme.email), await invite(unknown)]
    expect([known.status, Object.keys(known.body)]).toEqual([absent.status, Object.keys(absent.body)])
    // Whoever holds an invitation does the same work with it, whether he is somebody already or not.
    const accept = (token: string) =>
      hashesOf(() =>
        new BrowserClient(mintmark.url).post('/auth/invitations/accept', {
          token,
          password: 'a sentence that is nobody’s',
        }),
      )
    const [wrong, made] = [await accept(known.body.token), await accept(absent.body.token)]
    expect([wrong.hashes, made.hashes]).toEqual([1, 1])
    expect([wrong.answer.status, made.answer.status]).toEqual([401, 200])
  })

  test(
    'a hundred failures in a row close an address to passwords, whoever has it or nobody, until it is reset',
    { timeout: 180_000 },
    async () => {
      // Each from an address of its own, as an attacker with many has them.
      const proxied = await open({ trustedProxies: ['127.0.0.1'] })
      const { email } = await setUpInstallation(proxied)
      const attempt = (to: string, password: string, index: number) =>
        new BrowserClient(proxied.url).send(
          'POST',
          '/auth/sign-in',
          { email: to, password },
          { 'x-forwarded-for': `192.0.2.${index % 250}` },
        )
      for (const to of [email, unknown]) {
        const wrong = await Promise.all(
          Array.from({ length: 4 }, (_, index) => attempt(to, 'wrong words all the way', index)),
        )
        expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([401]))
      }
      // Below the bound the right one is right, and the count begins anew.
      expect((await attempt(email, goodPassword, 1)).status).toBe(200)
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(
          Array.from({ length: 10 }, (_, index) => attempt(email, 'wrong words all the way', round * 10 + index)),
        )
      }
      expect(reason(await attempt(email, goodPassword, 201))).toEqual([401, 'invalid_key'])
      const { engine } = proxied.mintmark
      const token = tokenOf((await engine.signIn.createResetLink(testHost(), { email })).url)
      expectStatus(
        204,
        await new BrowserClient(proxied.url).post('/auth/password/reset', { token, password: `${goodPassword} 2` }),
      )
      expect((await attempt(email, `${goodPassword} 2`, 202)).status).toBe(200)
    },
  )
})

describe('failures from one address', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('are a hundred in any minute, however many come at once; the keys of whoever is there go on', async () => {
    pass(0)
    const mintmark = await open()
    const { ada, organizationId, email } = await setUpInstallation(mintmark)
    const { token } = expectStatus(200, await ada.post('/auth/token', { organizationId }))
    const { key } = expectStatus(201, await mintmark.client(token).post('/v1/api-keys', { name: 'ci' }))
    const attempts = await Promise.all(
      Array.from({ length: 130 }, (_, index) =>
        new BrowserClient(mintmark.url).post('/auth/sign-in', { email: `x${index}@example.com`, password: 'wrong' }),
      ),
    )
    const refused = attempts.filter(({ status }) => status === 429)
    expect(attempts.filter(({ status }) => status === 401 || status === 503)).toHaveLength(100)
    expect(refused).toHaveLength(30)
    expect(refused[0]?.headers.get('retry-after')).toBe('60')
    expect(
      reason(await new BrowserClient(mintmark.url).post('/auth/sign-in', { email, password: goodPassword })),
    ).toEqual([429, 'rate_limit'])
    expectStatus(200, await mintmark.client(key).get('/v1/me'))
    expectStatus(200, await ada.get('/auth/me'))
    pass(60_000)
    expectStatus(200, await new BrowserClient(mintmark.url).post('/auth/sign-in', { email, password: goodPassword }))
  })

  test('are counted at every way in, before anything is hashed', async () => {
    pass(0)
    const mintmark = await open()
    const browser = new BrowserClient(mintmark.url)
    const invented = () => linkTokenFormat.mint('live', randomBytes)
    const person = { organizationName: 'Acme', name: 'Eve', email: 'eve@example.com', password: goodPassword }
    const ways = [
      () => browser.post('/auth/set-up', { token: invented(), ...person }),
      () => browser.post('/auth/password/reset', { token: invented(), password: goodPassword }),
      () => browser.post('/auth/device/token', { deviceCode: invented() }),
    ]
    for (const way of ways) {
      pass(60_000)
      const answers = await Promise.all(Array.from({ length: 101 }, way))
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(1)
    }
    expect(mintmark.mintmark.engine.metrics.passwordHashes).toBe(0)
  })
})
