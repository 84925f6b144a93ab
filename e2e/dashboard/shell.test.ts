import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { colorSchemes, DashboardStage, inspect } from '../testing/dashboard-stage.ts'

const slowMs = 180_000

describeWithProgram('Chromium', findChromium, 'the dashboard’s shell', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage.closePages())
  afterAll(() => stage.remove())

  test('sends whoever is not signed in to sign-in, and says where he wanted to go', async () => {
    const { page, outside, complaints } = await stage.open(null, '/settings/developer/api-keys?status=active')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(new URL(page.url()).searchParams.get('returnTo')).toBe('/settings/developer/api-keys?status=active')
    expect([outside, complaints]).toEqual([[], []])
  })

  test('brings whoever is signed in to the keys', async () => {
    const { admin } = await stage.people('admin')
    const { page, outside, complaints } = await stage.open(admin, '/')
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/settings/developer/api-keys')
    expect(await page.title()).toBe('API keys · Mintmark')
    await page.goto(`${stage.url}/settings`)
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    expect([outside, complaints]).toEqual([[], []])
  })

  test('can be crossed by keyboard, on a phone too', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, '/settings/nowhere', { width: 'phone' })
    await page.getByRole('button', { name: 'Open the navigation' }).press('Enter')
    await page.getByRole('link', { name: 'API keys' }).press('Enter')
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    await page.getByRole('button', { name: 'Open the navigation' }).waitFor()
  })

  test.each(colorSchemes)('is accessible in %s', { timeout: slowMs }, async (colorScheme) => {
    const { admin } = await stage.people('admin')
    for (const [name, person, path] of [
      ['sign-in', null, '/sign-in'],
      ['set-up', null, '/set-up#token=x'],
      ['accept-invitation', null, '/accept-invitation#token=x'],
      ['forgot-password', null, '/forgot-password'],
      ['reset-password', null, '/reset-password#token=x'],
      ['broken-link', null, '/set-up'],
      ['device', admin, '/device'],
      ['not-found', admin, '/settings/nowhere'],
    ] as const) {
      const { page } = await stage.open(person, path, { colorScheme })
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await inspect(page, name, colorScheme), name).toEqual([])
      await stage.closePages()
    }
  })
})
