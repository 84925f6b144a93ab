import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'
import { review, reviewMs } from '../testing/page-review.ts'
import { hasRun, scriptCorpus } from '../testing/script-corpus.ts'

const path = '/settings/audit-log'

describeWithProgram('Chromium', findChromium, 'the audit log', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage?.closePages())
  afterAll(() => stage?.remove())

  test('is filtered, says what changed, and proves its chain', async () => {
    const { admin } = await stage.people('admin')
    const { id } = await stage.call(admin, 201, 'POST', '/v1/projects', { name: 'Site' })
    await stage.call(admin, 200, 'PATCH', `/v1/projects/${id}`, { name: 'Shop' })
    const { page, complaints } = await stage.open(admin, path)
    await page.getByRole('cell', { name: 'project.created', exact: true }).waitFor()
    await page.getByRole('textbox', { name: 'Action' }).fill('project.updated')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('cell', { name: 'project.created', exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Details: project.updated/ }).click()
    const change = page.getByRole('dialog').getByRole('row').filter({ hasText: 'name' })
    await change.getByText('Site').waitFor()
    await change.getByText('Shop').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('textbox', { name: 'Id of who did it' }).fill('nobody')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByText('Nothing happened that these filters let through.').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('cell', { name: 'project.created', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Check the chain' }).click()
    await page.getByText(/The chain is whole: \d+ events checked/).waitFor()
    const { digest } = await stage.call(admin, 200, 'GET', '/v1/audit-events/head')
    expect(await page.getByLabel('Digest of the head', { exact: true }).inputValue()).toBe(digest)
    expect(complaints).toEqual([])
  })

  test('shows what happens as it happens', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, path)
    await page.getByRole('switch', { name: 'Live' }).check()
    await stage.call(admin, 201, 'POST', '/v1/projects', { name: 'Site' })
    await page.getByRole('cell', { name: 'project.created', exact: true }).waitFor()
  })

  test('runs nothing that somebody wrote into what he did, and is accessible', { timeout: reviewMs }, async () => {
    const { admin } = await stage.people('admin')
    const metadata = Object.fromEntries(scriptCorpus.map((text, index) => [`field-${index}`, text]))
    await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: scriptCorpus[0], metadata })
    await review(stage, admin, {
      name: 'audit-log',
      path,
      arrive: (page) => page.getByRole('cell', { name: 'api_key.created', exact: true }).waitFor(),
    })
    await review(stage, admin, {
      name: 'audit-event',
      path,
      arrive: async (page) => {
        await page.getByRole('button', { name: /^Details: api_key.created/ }).click()
        await page
          .getByRole('dialog')
          .getByText(scriptCorpus[0] ?? '')
          .first()
          .waitFor()
        expect(await hasRun(page)).toBe(false)
      },
    })
  })
})
