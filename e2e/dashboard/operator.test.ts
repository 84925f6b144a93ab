import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'
import { review, reviewMs } from '../testing/page-review.ts'
import { hasRun, scriptCorpus } from '../testing/script-corpus.ts'

const path = '/operator'

describeWithProgram('Chromium', findChromium, 'the operator console', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage?.closePages())
  afterAll(() => stage?.remove())

  const enter = async (page: Page, key = stage.installation.operatorKey): Promise<void> => {
    await page.getByLabel(/^Operator key/).fill(key)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
  }
  const goTo = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('navigation').getByRole('link', { name }).click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
  }

  test('takes an operator key, keeps it nowhere, and forgets it', async () => {
    const { operatorKey } = stage.installation
    const { admin } = await stage.people('admin')
    const minted = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'ci' })
    const watched = await stage.open(null, path)
    const { page, outside, complaints } = watched
    const asked: string[] = []
    page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`))
    await enter(page, minted.key)
    await page.getByText('This is no operator key that may do this.').waitFor()
    await enter(page)
    await page.getByRole('heading', { name: 'Organizations' }).waitFor()
    expect(`${await page.content()}${await watched.kept()}${asked.join()}`).not.toContain(operatorKey)
    await page.getByRole('button', { name: 'Forget the key' }).click()
    expect(await page.getByLabel(/^Operator key/).inputValue()).toBe('')
    await enter(page)
    await page.getByRole('heading', { name: 'Organizations' }).waitFor()
    await page.reload()
    expect(await page.getByLabel(/^Operator key/).inputValue()).toBe('')
    expect([outside, complaints]).toEqual([[], []])
  })

  test('suspends an organization, and resumes it', async () => {
    const { admin } = await stage.people('admin')
    const { key } = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'ci' })
    const { page } = await stage.open(null, path)
    await enter(page)
    const row = page.getByRole('row').filter({ hasText: admin.organizationId })
    const choose = async (what: string): Promise<void> => {
      await row.getByRole('button', { name: /^Actions for/ }).click()
      await page.getByRole('menuitem', { name: what }).click()
    }
    await choose('Suspend')
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await row.getByText('Suspended').waitFor()
    expect(await stage.verify(key)).toMatchObject({ valid: false, reason: 'organization_suspended' })
    await choose('Resume')
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
    await row.getByText('Active').waitFor()
    expect(await stage.verify(key)).toMatchObject({ valid: true })
    await choose('Change the tier')
    await page.getByRole('combobox', { name: 'Tier' }).selectOption('standard')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('finds whose a key is without sending what is secret of it, and verifies it', async () => {
    const { admin } = await stage.people('admin')
    const minted = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'leaked' })
    const { page, complaints } = await stage.open(null, path)
    await enter(page)
    await goTo(page, 'Keys')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByRole('textbox', { name: 'What is shown of it' }).fill(minted.key)
    await page.getByRole('button', { name: 'Find' }).click()
    const row = page.getByRole('row').filter({ hasText: minted.id })
    await row.getByText('leaked').waitFor()
    await row.getByText(admin.organizationId).waitFor()
    expect(asked.some((url) => url.includes('/v1/search'))).toBe(true)
    expect(asked.join()).not.toContain(minted.key)
    await page.getByLabel(/^Key( \*)?$/).fill(minted.key)
    await page.getByLabel('Permission asked for').fill('projects:read')
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('Accepted').waitFor()
    await page.getByText('600 / 600').waitFor()
    await stage.call(admin, 200, 'POST', `/v1/api-keys/${minted.id}/revoke`, {})
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('Refused: key_revoked').waitFor()
    expect(complaints).toEqual([])
  })

  test('shows the contract in force, and how everything is that verdicts depend on', async () => {
    const { page } = await stage.open(null, path)
    await enter(page)
    await goTo(page, 'Contract')
    const shown = await page.getByRole('region', { name: 'The contract in force' }).textContent()
    expect(JSON.parse(shown ?? '')).toMatchObject({ minting: { perMemberPerDay: 50 }, defaultTier: 'standard' })
    await goTo(page, 'Health')
    await page.getByText('Verdicts can be given').waitFor()
    await page.getByRole('table', { name: 'What they depend on' }).getByText('OK').first().waitFor()
  })

  test('runs nothing that somebody wrote into a name, and is accessible', { timeout: reviewMs }, async () => {
    const { admin } = await stage.people('admin')
    await stage.call(admin, 200, 'PATCH', '/v1/organization', { name: scriptCorpus[1] })
    const { key } = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: scriptCorpus[0] })
    await review(stage, null, {
      name: 'operator-key',
      path,
      arrive: (page) => page.getByRole('button', { name: 'Open', exact: true }).waitFor(),
    })
    for (const name of ['Organizations', 'Keys', 'Contract', 'Health']) {
      await review(stage, null, {
        name: `operator-${name.toLowerCase()}`,
        path,
        arrive: async (page) => {
          await enter(page)
          await goTo(page, name)
          if (name === 'Organizations')
            await page
              .getByText(scriptCorpus[1] ?? '')
              .first()
              .waitFor()
          if (name === 'Keys') {
            await page.getByRole('textbox', { name: 'What is shown of it' }).fill(key)
            await page.getByRole('button', { name: 'Find' }).click()
            await page
              .getByText(scriptCorpus[0] ?? '')
              .first()
              .waitFor()
          }
          expect(await hasRun(page)).toBe(false)
        },
      })
    }
  })
})
