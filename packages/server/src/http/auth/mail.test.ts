import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SMTPServer } from 'smtp-server'
import { BrowserClient, goodPassword, setUpInstallation, type SetUpInstallation } from '../../testing/browser-client.ts'
import { expectStatus } from '../../testing/http-client.ts'
import { openingInProcess, type InProcess } from '../../testing/in-process.ts'
import { until } from '../../testing/until.ts'

const open = openingInProcess()
const received: { readonly to: readonly string[]; readonly text: string }[] = []
let server: SMTPServer
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
  const mail = { url: `smtp://127.0.0.1:${port}`, from: 'Mintmark <keys@example.com>' }
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
