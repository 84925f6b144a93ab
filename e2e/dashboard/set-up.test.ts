import { afterAll, beforeAll, expect, test } from 'vitest'
import { goodPassword } from '../../packages/server/src/testing/browser-client.ts'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'

const slowMs = 120_000

describeWithProgram('Chromium', findChromium, 'a first start', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterAll(() => stage.remove())

  test('leads by the printed link to an organization and a first key, once', { timeout: slowMs }, async () => {
    const link = /http:\S+\/set-up#token=\S+/.exec(stage.installation.nodes[0]?.log() ?? '')?.[0] ?? ''
    const lost = await stage.open(null, '/')
    await lost.page.getByText('Nobody can sign in yet.').waitFor()
    const watched = await stage.open(null, new URL(link).href.slice(stage.url.length))
    const { page, outside, complaints } = watched
    await page.getByRole('heading', { name: 'Set up' }).waitFor()
    expect(page.url()).toBe(`${stage.url}/set-up`)
    await page.getByLabel('Name of your organization').fill('Acme')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('Email').fill('ada@example.com')
    await page.getByRole('textbox', { name: 'Password' }).fill(goodPassword)
    await page.getByRole('button', { name: 'Create the organization' }).click()
    await page.getByText('No keys yet').waitFor()
    const keys = new ApiKeysPage(page, {
      organizationId: '',
      userId: '',
      name: 'Ada',
      email: 'ada@example.com',
      password: goodPassword,
      cookie: '',
    })
    const key = await keys.create({ name: 'first', permissions: 'all' })
    expect(await stage.verify(key)).toMatchObject({ valid: true, reason: null })
    await keys.keepAndClose()
    expect([outside, complaints]).toEqual([[], []])
    const token = new URL(link).hash.slice('#token='.length)
    expect(await watched.kept()).not.toContain(token)

    const again = await stage.open(null, '/set-up')
    await again.page.getByRole('heading', { name: 'This link is not whole' }).waitFor()
    // Into the same page: nothing is loaded again, and the token leaves the address all the same.
    await again.page.goto(link)
    await again.page.getByRole('heading', { name: 'Set up' }).waitFor()
    expect(again.page.url()).toBe(`${stage.url}/set-up`)
    await again.page.getByLabel('Name of your organization').fill('Other')
    await again.page.getByLabel('Your name').fill('Eve')
    await again.page.getByLabel('Email').fill('eve@example.com')
    await again.page.getByRole('textbox', { name: 'Password' }).fill(goodPassword)
    await again.page.getByRole('button', { name: 'Create the organization' }).click()
    await again.page.getByRole('alert').waitFor()
    expect(new URL(again.page.url()).pathname).toBe('/set-up')
  })
})
