import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SMTPServer } from 'smtp-server'
import {
  BrowserClient,
  fromBase32,
  goodPassword,
  setUpInstallation,
  testHost,
  tokenOf,
  type SetUpInstallation,
} from '../../testing/browser-client.ts'
import { totpCode, totpStepAt } from '../../engine/sign-in/totp.ts'
import { expectStatus, reason } from '../../testing/http-client.ts'
import { openingInProcess, type InProcess } from '../../testing/in-process.ts'
import { until } from '../../testing/until.ts'

const open = openingInProcess()
const received: { readonly to: readonly string[]; readonly text: string }[] = []
let server: SMTPServer
let mail: { readonly url: string; readonly from: string }
let mintmark: InProcess
let acme: SetUpInstallation

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      const to = session.envelope.rcptTo.map(({ address }) => address)
      const keep = async (): Promise<void> => void received.push({ to, text: unfolded(await text(stream)) })
      keep().then(() => callback(), callback)
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  mail = { url: `smtp://127.0.0.1:${port}`, from: 'Mintmark <keys@example.com>' }
  mintmark = await open({ mail })
  acme = await setUpInstallation(mintmark)
})
afterAll(async () => {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
})

/** Quoted-printable (RFC 2045 section 6.7). */
function unfolded(raw: string): string {
  return raw.replace(/=\r\n/g, '').replace(/=3D/g, '=')
}

async function linkFor(email: string, page: string): Promise<string> {
  const linkOf = () =>
    received
      .filter(({ to }) => to.includes(email))
      .map((mail) => new RegExp(`http://127\\.0\\.0\\.1:6468/${page}#token=(\\w+)`).exec(mail.text)?.[1])
      .find((token) => token !== undefined)
  return until(async () => linkOf() ?? null)
}

test('an invitation goes to who is invited, and to nobody else', async () => {
  const { token } = expectStatus(200, await acme.ada.post('/auth/token', { organizationId: acme.organizationId }))
  const invited = await mintmark.client(token).post('/v1/users/invite', { email: 'bo@example.com', role: 'member' })
  expect(expectStatus(201, invited)).not.toHaveProperty('token')
  const link = await linkFor('bo@example.com', 'accept-invitation')
  const bo = new BrowserClient(mintmark.url)
  expectStatus(200, await bo.post('/auth/invitations/accept', { token: link, password: goodPassword }))
  expect(expectStatus(200, await bo.get('/auth/me'))).toMatchObject({ email: 'bo@example.com', name: 'bo' })
})

test('a link to a new password goes to whose address it is, and to an address of nobody’s goes nothing', async () => {
  const browser = new BrowserClient(mintmark.url)
  expect(expectStatus(200, await browser.get('/auth/config'))).toMatchObject({ mail: true })
  expectStatus(204, await browser.post('/auth/password/forgot', { email: 'nobody@example.com' }))
  expectStatus(204, await browser.post('/auth/password/forgot', { email: 'ADA@example.com' }))
  const token = await linkFor(acme.email, 'reset-password')
  expectStatus(204, await browser.post('/auth/password/reset', { token, password: `${goodPassword} 2` }))
  expectStatus(200, await browser.post('/auth/sign-in', { email: acme.email, password: `${goodPassword} 2` }))
  expect(received.flatMap(({ to }) => to)).not.toContain('nobody@example.com')
  for (const mail of received) expect(mail.text).toContain('From: Mintmark <keys@example.com>')
})

test('nobody’s mail is flooded with links: five are good at once, however many were asked for', async () => {
  const quiet = await open({ mail })
  const { email } = await setUpInstallation(quiet)
  received.length = 0
  const ask = () => new BrowserClient(quiet.url).post('/auth/password/forgot', { email })
  const answers = await Promise.all(Array.from({ length: 12 }, ask))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]))
  await until(async () => (received.length === 5 ? true : null))
  const { data } = (await quiet.operator.get('/v1/audit-events?limit=100')).body
  const asked = data.filter(({ action }: { action: string }) => action === 'person.password_reset_asked')
  expect([asked.length, received.length]).toEqual([5, 5])
})

test('whoever reads a person’s mail gets no more codes by it than a hundred; the host opens them again', async () => {
  const proxied = await open({ mail, trustedProxies: ['127.0.0.1'] })
  const { ada, email } = await setUpInstallation(proxied)
  const { secret } = expectStatus(200, await ada.post('/auth/second-factor/enrol', { password: goodPassword }))
  let step = totpStepAt(Date.now()) - 2
  const code = () => totpCode(fromBase32(secret), (step += 1))
  expectStatus(200, await ada.post('/auth/second-factor/confirm', { code: code() }))
  const thief = new BrowserClient(proxied.url)
  const chooses = async (token: string, password: string) => {
    expectStatus(204, await thief.post('/auth/password/reset', { token, password }))
    expectStatus(200, await thief.post('/auth/sign-in', { email, password }))
  }
  // Each from an address of its own.
  const guess = (guessed: string, index: number) =>
    thief.send('POST', '/auth/second-factor', { code: guessed }, { 'x-forwarded-for': `192.0.2.${index}` })
  const mailed = async (password: string) => {
    received.length = 0
    expectStatus(204, await thief.post('/auth/password/forgot', { email }))
    await chooses(await linkFor(email, 'reset-password'), password)
  }
  await mailed(`${goodPassword} 2`)
  for (let index = 0; index < 100; index += 1) expect((await guess('recovery', index)).status).toBe(401)
  await mailed(`${goodPassword} 3`)
  expect(reason(await guess(code(), 101))).toEqual([401, 'invalid_key'])
  const { url } = await proxied.mintmark.engine.signIn.createResetLink(testHost(), { email })
  await chooses(tokenOf(url), `${goodPassword} 4`)
  expectStatus(204, await guess(code(), 102))
})
