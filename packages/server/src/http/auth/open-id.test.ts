import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
import { openingInProcess, usingTime, type InProcess } from '../../testing/in-process.ts'
import { openIdClient, startOpenIdServer, walkProvider, type OpenIdServer } from '../../testing/openid-server.ts'

describe('signing in by a provider', () => {
  const open = openingInProcess()
  const pass = usingTime()
  const publicUrl = 'http://127.0.0.1:6468'
  let provider: OpenIdServer
  let mintmark: InProcess
  let acme: SetUpInstallation

  beforeEach(async () => {
    provider = await startOpenIdServer(`${publicUrl}/auth/oidc/acme/callback`)
    const { issuer } = provider
    mintmark = await open({ publicUrl, openId: [{ id: 'acme', name: 'Acme SSO', issuer, ...openIdClient }] })
    acme = await setUpInstallation(mintmark)
  })
  afterEach(async () => provider.close())

  /** Goes to the provider, and comes back with its answer: not yet taken to Mintmark. */
  const leave = async (returnTo = '/settings/profile', more = '') => {
    const browser = new BrowserClient(mintmark.url)
    const answer = await browser.get(`/auth/oidc/acme?returnTo=${encodeURIComponent(returnTo)}${more}`)
    expect(answer.status).toBe(302)
    const [line = ''] = answer.headers.getSetCookie()
    expect(line).toMatch(/^mintmark_provider=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/)
    const url = new URL(answer.headers.get('location') ?? '')
    return { browser, url, kept: line.split(';')[0] ?? '' }
  }
  const comeBack = async (kept: string, url: URL, browser = new BrowserClient(mintmark.url)) => {
    const answer = await browser.send('GET', `${url.pathname}${url.search}`, undefined, { cookie: kept })
    return { browser, status: answer.status, location: answer.headers.get('location') }
  }

  test('asks with state, nonce and PKCE, and signs in whom the provider vouches for', async () => {
    provider.account = { sub: 'subject-7', email: 'Grace@example.com', email_verified: true }
    const { url, kept } = await leave()
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'mintmark',
      redirect_uri: `${publicUrl}/auth/oidc/acme/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'openid email profile',
    })
    const back = await walkProvider(url.href, provider.issuer)
    const { browser, status, location } = await comeBack(kept, back)
    expect([status, location]).toEqual([302, '/settings/profile'])
    expect(expectStatus(200, await browser.get('/auth/me'))).toMatchObject({
      email: 'grace@example.com',
      name: 'Ada Lovelace',
      organizations: [],
    })
    // The same person the next time, and the code is good once.
    expect((await comeBack(kept, back)).location).toBe('/sign-in?refused=invalid_key')
    const again = await leave()
    const second = await comeBack(again.kept, await walkProvider(again.url.href, provider.issuer))
    const [first, other] = [await browser.get('/auth/me'), await second.browser.get('/auth/me')]
    expect(other.body.userId).toBe(first.body.userId)
    expect(expectStatus(200, await browser.get('/auth/config')).providers).toEqual([{ id: 'acme', name: 'Acme SSO' }])
  })

  test('calls a new person as the provider does, or by his address, and takes no more of a name than it may have', async () => {
    const nameOf = async (sub: string, name: string): Promise<string> => {
      provider.account = { sub, email: `${sub}@example.com`, email_verified: true, name }
      const { url, kept } = await leave()
      const { browser } = await comeBack(kept, await walkProvider(url.href, provider.issuer))
      return expectStatus(200, await browser.get('/auth/me')).name
    }
    expect(await nameOf('grace', ' \u0000Grace\n')).toBe('Grace')
    expect(await nameOf('nobody', ' ')).toBe('nobody@example.com')
    expect(await nameOf('faces', `a${'😀'.repeat(100)}`)).toBe(`a${'😀'.repeat(99)}`)
  })

  test('shows that it is he where the provider says that he has just shown it there', async () => {
    provider.account = { sub: 'subject-7', email: 'grace@example.com', email_verified: true }
    const steppedUp = async (more: string, change: (url: URL) => void = () => {}): Promise<string | null> => {
      const { url, kept } = await leave('/', more)
      change(url)
      const { browser } = await comeBack(kept, await walkProvider(url.href, provider.issuer))
      const { userId } = expectStatus(200, await browser.get('/auth/me'))
      const { organizationId } = acme
      const member = `/v1/organizations/${organizationId}/members/${userId}`
      expect((await mintmark.operator.put(member, { role: 'member' })).status).toBeLessThan(300)
      return expectStatus(200, await browser.post('/auth/token', { organizationId })).steppedUpUntil
    }
    expect(await steppedUp('')).toBeNull()
    expect(await steppedUp('&again=true')).toEqual(expect.any(String))
    // What leads there goes by his own browser.
    expect(await steppedUp('&again=true', ({ searchParams }) => searchParams.delete('max_age'))).toBeNull()
  })

  test('takes an answer in the browser that asked alone, with its state, within ten minutes', async () => {
    const { url, kept } = await leave()
    const back = await walkProvider(url.href, provider.issuer)
    const other = await leave()
    const refused = '/sign-in?refused=invalid_key'
    expect((await comeBack('', back)).location).toBe(refused)
    expect((await comeBack(other.kept, back)).location).toBe(refused)
    expect((await comeBack(`${kept}x`, back)).location).toBe(refused)
    const without = new URL(back)
    without.searchParams.delete('state')
    expect((await comeBack(kept, without)).location).toBe(refused)
    const invented = new URL(back)
    invented.searchParams.set('code', 'invented')
    expect((await comeBack(kept, invented)).location).toBe(refused)
    const denied = new URL(back)
    denied.searchParams.delete('code')
    denied.searchParams.set('error', 'access_denied')
    expect((await comeBack(kept, denied)).location).toBe(refused)
  })

  test('asks the provider about a hundred codes from one address in a minute, of whoever began to sign in', async () => {
    pass(0)
    const { url, kept } = await leave()
    const answer = new URL(`${publicUrl}/auth/oidc/acme/callback?state=${url.searchParams.get('state')}&code=invented`)
    const comeOften = async (cookie: string) =>
      (await Promise.all(Array.from({ length: 101 }, () => comeBack(cookie, answer)))).filter(
        ({ location }) => location === '/sign-in?refused=rate_limit',
      )
    expect(await comeOften('')).toHaveLength(0)
    expect(await comeOften(kept)).toHaveLength(1)
  })

  test('leads to paths of its own only', async () => {
    const browser = new BrowserClient(mintmark.url)
    for (const returnTo of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '\\evil',
      'javascript:0',
      '/a\nb',
      '',
    ]) {
      const answer = await browser.get(`/auth/oidc/acme?returnTo=${encodeURIComponent(returnTo)}`)
      expect(reason(answer)).toEqual([400, 'invalid_request'])
    }
    expect((await browser.get('/auth/oidc/absent')).status).toBe(404)
  })

  test('links nobody to an account whose address was never shown to be his', async () => {
    // Ada set the installation up by typing her address: whoever else has it could have, too.
    const { url, kept } = await leave()
    const answer = await comeBack(kept, await walkProvider(url.href, provider.issuer))
    expect(answer.location).toBe('/sign-in?refused=forbidden')
    expect(expectStatus(200, await acme.ada.get('/auth/me')).email).toBe('ada@example.com')
    provider.account = { sub: 'subject-9', email: 'new@example.com', email_verified: false }
    const unverified = await leave()
    const second = await comeBack(unverified.kept, await walkProvider(unverified.url.href, provider.issuer))
    expect(second.location).toBe('/sign-in?refused=forbidden')
    const browser = new BrowserClient(mintmark.url)
    const body = { email: 'new@example.com', password: goodPassword }
    expect((await browser.post('/auth/sign-in', body)).status).toBe(401)
  })

  test('links who has shown his address on both sides, unless that would be a way around his second factor', async () => {
    const email = 'grace@example.com'
    const come = async (sub: string) => {
      provider.account = { sub, email, email_verified: true }
      const { url, kept } = await leave()
      return comeBack(kept, await walkProvider(url.href, provider.issuer))
    }
    const person = (browser: BrowserClient) => browser.get('/auth/me').then((answer) => expectStatus(200, answer))
    const { browser } = await come('subject-7')
    const { userId } = await person(browser)
    expect((await person((await come('subject-8')).browser)).userId).toBe(userId)
    const token = tokenOf((await mintmark.mintmark.engine.signIn.createResetLink(testHost(), { email })).url)
    expectStatus(204, await browser.post('/auth/password/reset', { token, password: goodPassword }))
    expectStatus(200, await browser.post('/auth/sign-in', { email, password: goodPassword }))
    const { secret } = expectStatus(200, await browser.post('/auth/second-factor/enrol', { password: goodPassword }))
    const code = totpCode(fromBase32(secret), totpStepAt(Date.now()))
    expectStatus(200, await browser.post('/auth/second-factor/confirm', { code }))
    const stranger = await come('subject-9')
    expect([stranger.location, stranger.browser.cookie]).toEqual(['/sign-in?refused=forbidden', null])
    // Of those that are known to be his each asks for second factors itself.
    expect((await person((await come('subject-7')).browser)).userId).toBe(userId)
  })

  test('is a matter of ten minutes', async () => {
    pass(0)
    const timed = await open({
      publicUrl,
      openId: [{ id: 'acme', name: 'Acme SSO', issuer: provider.issuer, ...openIdClient }],
    })
    mintmark = timed
    const { url, kept } = await leave()
    const back = await walkProvider(url.href, provider.issuer)
    pass(10 * 60_000)
    expect((await comeBack(kept, back)).location).toBe('/sign-in?refused=invalid_key')
  })

  test('of a provider that does not answer is said, and it is asked again the next time', async () => {
    const away = await open({
      publicUrl,
      openId: [{ id: 'acme', name: 'Acme SSO', issuer: 'http://127.0.0.1:1', ...openIdClient }],
    })
    const answer = await new BrowserClient(away.url).get('/auth/oidc/acme')
    expect(reason(answer)).toEqual([503, 'unavailable'])
  })
})
