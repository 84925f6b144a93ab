import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { until } from '../../packages/server/src/testing/until.ts'
import { DashboardStage, type Person } from '../testing/dashboard-stage.ts'
import { review, reviewMs } from '../testing/page-review.ts'

const path = '/settings/usage'

describeWithProgram('Chromium', findChromium, 'the usage page', () => {
  let stage: DashboardStage
  let admin: Person
  beforeAll(async () => {
    stage = await DashboardStage.start()
    ;({ admin } = await stage.people('admin'))
    await stage.call(admin, 201, 'POST', '/v1/projects', { id: 'shop', name: 'Shop' })
    const often = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'often' })
    const body = { name: 'seldom', scope: 'project', projectId: 'shop' }
    const seldom = await stage.call(admin, 201, 'POST', '/v1/api-keys', body)
    for (let count = 0; count < 4; count += 1) await stage.verify(often.key)
    await stage.verify(seldom.key)
    await stage.call(admin, 200, 'POST', `/v1/api-keys/${often.id}/revoke`, {})
    await stage.verify(often.key)
    // Uses are written every few seconds.
    await until(async () => (await stage.call(admin, 200, 'GET', '/v1/usage')).totals.refused.key_revoked ?? null)
  })
  afterEach(() => stage?.closePages())
  afterAll(() => stage?.remove())

  test('tells of the organization and of its projects, of the keys, and why they were refused', async () => {
    const { page, complaints } = await stage.open(admin, path)
    const top = page.getByRole('table', { name: 'Keys that asked the most' })
    await top.getByRole('row').nth(1).getByText('often').waitFor()
    await top.getByRole('row').nth(2).getByText('seldom').waitFor()
    const reasons = page.getByRole('table', { name: 'Refusals by reason' })
    await reasons.getByText('key_revoked').waitFor()
    await page.getByText('83.3%').waitFor()
    await page.getByLabel('Project').selectOption({ label: 'Shop' })
    await page.getByText('100%').waitFor()
    await page.getByText('Nothing was refused').waitFor()
    await top.getByText('often').waitFor({ state: 'detached' })
    await page.getByLabel('Environment').selectOption('test')
    await page.getByText('No requests in this time').waitFor()
    for (const range of ['1 hour', '7 days', '30 days', '90 days']) {
      await page.getByText(range, { exact: true }).click()
      await page.getByText('No requests in this time').waitFor()
    }
    expect(complaints).toEqual([])
  })

  test('is accessible', { timeout: reviewMs }, async () => {
    await review(stage, admin, {
      name: 'usage',
      path,
      arrive: (page) => page.getByText('The same as a table').waitFor(),
    })
  })
})
