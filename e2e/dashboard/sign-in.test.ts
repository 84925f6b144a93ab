import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { colorSchemes, DashboardStage, inspect } from '../testing/dashboard-stage.ts'

const slowMs = 120_000

describeWithProgram('Chromium', findChromium, 'the pages of signing in', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage.closePages())
  afterAll(() => stage.remove())

  test.each([
    ['forbidden', 'Your provider does not vouch for your address'],
    ['unavailable', 'Your provider does not answer'],
    ['Call 555-0100 to <b>unlock</b>', 'Your provider did not vouch for you'],
  ])('say why a provider’s answer was not taken: %s', async (reason, said) => {
    const { page, complaints } = await stage.open(
      null,
      `/sign-in?${new URLSearchParams({ refused: reason }).toString()}`,
    )
    await page.getByRole('alert').getByText(said).waitFor()
    expect(await page.getByText('unlock').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test.each(colorSchemes)('are accessible when they say it, in %s', { timeout: slowMs }, async (colorScheme) => {
    const { page } = await stage.open(null, '/sign-in?refused=forbidden', { colorScheme })
    await page.getByRole('alert').waitFor()
    expect(await inspect(page, 'sign-in-refused', colorScheme)).toEqual([])
  })

  test('let nobody’s terminal in by a link: who allows it types its code', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, '/device?code=ABCD-EFGH&userCode=ABCD-EFGH')
    expect(await page.getByLabel('Code').inputValue()).toBe('')
  })

  test.each([
    ['Allow', 'You are signed in on the command line', 'approved'],
    ['Refuse', 'It was refused', 'denied'],
  ])('let whoever is signed in %s his terminal', async (button, title, status) => {
    const ask = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${stage.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      return (await answer.json()) as Readonly<Record<string, string>>
    }
    const { deviceCode, userCode } = await ask('/auth/device', {})
    const { admin } = await stage.people('admin')
    const { page, complaints } = await stage.open(admin, '/device')
    await page.getByLabel('Code').fill(` ${userCode} `)
    await page.getByRole('button', { name: button }).click()
    await page.getByRole('heading', { name: title }).waitFor()
    expect(await ask('/auth/device/token', { deviceCode })).toMatchObject({ status })
    expect(complaints).toEqual([])
  })

  test('do not keep whoever has left signed in: a page says for how long nobody has touched it', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(null, '/sign-in')
    await page.clock.install()
    await stage.signIn(page, admin)
    const renewal = async (): Promise<number> => (await page.waitForRequest('**/auth/token')).postDataJSON().idleSeconds
    const first = renewal()
    await page.goto(`${stage.url}/settings/developer/api-keys`)
    expect(await first).toBeLessThan(60)
    await page.getByText('No keys yet').waitFor()
    const later = renewal()
    await page.clock.fastForward('20:00')
    expect(await later).toBeGreaterThanOrEqual(20 * 60)
    await page.keyboard.press('Shift')
    const touched = renewal()
    await page.clock.fastForward('16:00')
    expect(await touched).toBeLessThan(17 * 60)
  })
})
