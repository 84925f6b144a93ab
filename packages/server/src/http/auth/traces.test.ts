import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { totpCode, totpStepAt } from '../../engine/sign-in/totp.ts'
import {
  BrowserClient,
  fromBase32,
  goodPassword,
  setUpInstallation,
  setUpToken,
  testHost,
  tokenOf,
} from '../../testing/browser-client.ts'
import { expectStatus } from '../../testing/http-client.ts'
import { openingInProcess } from '../../testing/in-process.ts'

const open = openingInProcess()
const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-sign-in-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

test('nothing by which somebody could sign in is written down: not in the database, the trail or the log', async () => {
  const mintmark = await open({ dataDir })
  const link = await setUpToken(mintmark)
  const { ada, organizationId, email } = await setUpInstallation(mintmark)
  const { secret } = expectStatus(200, await ada.post('/auth/second-factor/enrol', { password: goodPassword }))
  const bytes = fromBase32(secret)
  const code = totpCode(bytes, totpStepAt(Date.now()))
  const { recoveryCodes } = expectStatus(200, await ada.post('/auth/second-factor/confirm', { code }))
  const { token } = expectStatus(200, await ada.post('/auth/token', { organizationId }))
  const invited = await mintmark.client(token).post('/v1/users/invite', { email: 'bo@example.com', role: 'member' })
  const device = expectStatus(200, await ada.post('/auth/device'))
  expectStatus(204, await ada.post('/auth/device/approve', { userCode: device.userCode, organizationId }))
  const { deviceCode } = device
  const program = expectStatus(200, await ada.post('/auth/device/token', { deviceCode }))
  const reset = tokenOf((await mintmark.mintmark.engine.signIn.createResetLink(testHost(), { email })).url)
  const wrong = new BrowserClient(mintmark.url)
  await wrong.post('/auth/sign-in', { email, password: 'words that were typed wrong' })
  expect((await mintmark.operator.post('/v1/audit-events/check', {})).body).toMatchObject({ whole: true })

  const texts = [
    goodPassword,
    'words that were typed wrong',
    link,
    reset,
    invited.body.token,
    ada.cookie?.split('=')[1],
  ]
  texts.push(secret, ...recoveryCodes, token, program.token, deviceCode, device.userCode)
  texts.push(device.userCode.replace('-', ''), ...recoveryCodes.map((one: string) => one.replaceAll('-', '')))
  const needles = [...texts.map((text) => Buffer.from(text)), Buffer.from(bytes)]
  for (const needle of needles) expect(needle.length).toBeGreaterThan(7)
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const written = [
    ...files.map(({ parentPath, name }) => ({ name, content: readFileSync(join(parentPath, name)) })),
    { name: 'the log', content: Buffer.from(mintmark.logLines.join('')) },
  ]
  // They are looked for where things are: who signed in is written down.
  expect(written.some(({ content }) => content.includes(email))).toBe(true)
  for (const { name, content } of written) {
    for (const needle of needles) expect(content.includes(needle), `${needle.toString()} in ${name}`).toBe(false)
  }
})
