import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { totpCode, totpStepAt } from '../../packages/server/src/engine/sign-in/totp.ts'
import { BrowserClient } from '../../packages/server/src/testing/browser-client.ts'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'
import { review, reviewMs } from '../testing/page-review.ts'

const path = '/settings/profile'
const otherPassword = 'entirely different words 77'

describeWithProgram('Chromium', findChromium, 'the profile page', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage?.closePages())
  afterAll(() => stage?.remove())

  test('changes the password, and signs out everywhere else', async () => {
    const { admin } = await stage.people('admin')
    const elsewhere = new BrowserClient(stage.url)
    const signIn = async (password: string) =>
      (await elsewhere.post('/auth/sign-in', { email: admin.email, password })).status
    expect(await signIn(admin.password)).toBe(200)
    const { page, complaints } = await stage.open(admin, path)
    const change = async (current: string): Promise<void> => {
      await page.getByLabel(/^Current password/).fill(current)
      await page.getByLabel(/^New password/).fill(otherPassword)
      await page.getByRole('button', { name: 'Change the password' }).click()
    }
    await change('not the password at all')
    await page.getByRole('alert').waitFor()
    await change(admin.password)
    await page.getByText('Your password is changed.').waitFor()
    expect(await page.getByLabel(/^New password/).inputValue()).toBe('')
    expect((await elsewhere.get('/auth/me')).status).toBe(401)
    expect([await signIn(admin.password), await signIn(otherPassword)]).toEqual([401, 200])
    // The page goes on with a token of the new sign-in.
    await page.getByRole('link', { name: 'Projects' }).click()
    await page.getByText('No projects yet').waitFor()
    expect(complaints).toEqual([])
  })

  test('turns the second factor on, shows recovery codes once, and turns it off', async () => {
    const { admin } = await stage.people('admin')
    const watched = await stage.open(admin, path)
    const { page, outside, complaints } = watched
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByLabel(/^Password( \*)?$/).fill(admin.password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
    const secret = await page.getByLabel('Or type this into the app', { exact: true }).inputValue()
    await page
      .getByRole('textbox', { name: 'Code', exact: true })
      .fill(totpCode(decoded(secret), totpStepAt(Date.now())))
    await page.getByRole('dialog').getByRole('button', { name: 'Turn on' }).click()
    const codes = (await page.getByRole('textbox', { name: 'Recovery codes' }).inputValue()).split(' ')
    expect(codes.length).toBeGreaterThanOrEqual(8)
    await page.keyboard.press('Escape')
    await page.getByRole('checkbox', { name: 'I have stored it' }).check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('On', { exact: true }).waitFor()
    const left = `${await page.content()}${await watched.kept()}`
    for (const text of [secret, ...codes]) expect(left).not.toContain(text)
    const elsewhere = new BrowserClient(stage.url)
    const { email, password } = admin
    expect((await elsewhere.post('/auth/sign-in', { email, password })).body).toMatchObject({ next: 'second_factor' })
    expect((await elsewhere.post('/auth/second-factor', { code: codes[0] })).status).toBe(204)
    await page.getByRole('button', { name: 'Turn off' }).click()
    await page.getByLabel(/^Password( \*)?$/).fill(password)
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
    await page.getByText('Off', { exact: true }).waitFor()
    expect([outside, complaints]).toEqual([[], []])
  })

  test('lists where one is signed in, and signs out there and everywhere', async () => {
    const { admin } = await stage.people('admin')
    const { email, password } = admin
    const elsewhere = new BrowserClient(stage.url)
    await elsewhere.post('/auth/sign-in', { email, password })
    const { page } = await stage.open(admin, path)
    const table = page.getByRole('table', { name: 'Where you are signed in' })
    await table.getByText('This one').waitFor()
    await table.getByRole('button', { name: /^Sign out: / }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
    await table.getByRole('button', { name: /^Sign out: / }).waitFor({ state: 'detached' })
    expect((await elsewhere.get('/auth/me')).status).toBe(401)
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(new URL(page.url()).searchParams.get('returnTo')).toBe(path)
  })

  test('is accessible', { timeout: reviewMs }, async () => {
    const { admin } = await stage.people('admin')
    await review(stage, admin, { name: 'profile', path, arrive: (page) => page.getByText('This one').waitFor() })
    await review(stage, admin, {
      name: 'profile-second-factor',
      path,
      arrive: async (page) => {
        await page.getByRole('button', { name: 'Turn on' }).click()
        await page.getByLabel(/^Password( \*)?$/).fill(admin.password)
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
      },
    })
  })
})

/** RFC 4648 section 6. */
function decoded(base32: string): Uint8Array {
  const bits = Array.from(base32.replaceAll(/[^A-Z2-7]/g, ''), (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}
