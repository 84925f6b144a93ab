import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { until } from '../../packages/server/src/testing/until.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { DashboardStage, type Person } from '../testing/dashboard-stage.ts'

const slowMs = 120_000

describeWithProgram('Chromium', findChromium, 'the page of each vendor, by his contract', () => {
  let stage: DashboardStage
  const given = (vendor: string): void => {
    const contract = join(import.meta.dirname, '..', '..', 'examples', vendor, 'contract.json')
    beforeAll(async () => {
      stage = await DashboardStage.start({ env: { MINTMARK_CONTRACT: contract } })
    })
    afterEach(() => stage.closePages())
    afterAll(() => stage.remove())
  }
  /** By the navigation, as a person comes there. */
  const openKeys = async (person: Person, title: string): Promise<ApiKeysPage> => {
    const { page } = await stage.open(person, '/')
    await page.getByRole('navigation').getByRole('link', { name: title }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    return new ApiKeysPage(page, person)
  }

  describe('Align', () => {
    given('align')

    test('AL-1: a key is named, scoped, copied and shown once; then only its prefix', { timeout: slowMs }, async () => {
      const { admin } = await stage.people('admin')
      const keys = await openKeys(admin, 'API Keys')
      expect(new URL(keys.page.url()).pathname).toBe('/settings/developer/api-keys')
      expect(await keys.page.title()).toBe('API Keys · Align')
      const key = await keys.create({ name: 'deploys', permissions: ['read:entry'] })
      expect(key).toMatch(/^ako_/)
      await keys.keepAndClose()
      await keys.search(key.slice(0, 12))
      await keys
        .row('deploys')
        .getByText(`${key.slice(0, 12)}…`)
        .waitFor()
      expect(await keys.page.content()).not.toContain(key)
    })

    test('an engineer is offered keys of a project, and no others', { timeout: slowMs }, async () => {
      const { admin, engineer } = await stage.people('admin', 'engineer')
      await stage.call(admin, 201, 'POST', '/v1/projects', { name: 'Website' })
      const keys = await openKeys(engineer, 'API Keys')
      const key = await keys.create({ name: 'mine', project: 'Website', permissions: ['read:entry'] })
      expect(await stage.verify(key)).toMatchObject({ valid: true, key: { scope: 'project' } })
      await keys.keepAndClose()
      await keys.row('mine').waitFor()
      await keys.page.getByRole('button', { name: 'Create key' }).click()
      await keys.dialog.getByRole('radio', { name: 'Project' }).waitFor()
      expect(await keys.dialog.getByRole('radio', { name: 'Organization' }).count()).toBe(0)
    })

    test('AL-8: a new key takes over, is seen in use, and the old one is revoked', { timeout: slowMs }, async () => {
      const { admin } = await stage.people('admin')
      const old = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'old', permissions: [] })
      const keys = await openKeys(admin, 'API Keys')
      const key = await keys.create({ name: 'new', permissions: [] })
      await keys.keepAndClose()
      for (const one of [old.key, key]) expect(await stage.verify(one)).toMatchObject({ valid: true })
      await until(async () => (await stage.call(admin, 200, 'GET', '/v1/api-keys')).data[0].lastUsedAt)
      await keys.row('new').getByRole('link').click()
      await keys.page.getByText('1 accepted, 0 refused').waitFor()
      await keys.page.goBack()
      await keys.act('old', 'Revoke')
      await keys.dialog.getByRole('checkbox', { name: 'I know what uses it' }).check()
      await keys.submit('Revoke')
      await keys.row('old').getByText('Revoked').waitFor()
      expect(await stage.verify(old.key)).toMatchObject({ reason: 'key_revoked' })
      expect(await stage.verify(key)).toMatchObject({ valid: true })
    })
  })

  describe('AlfaOne', () => {
    given('alfaone')

    test('A1-2, A1-7: a key is made under Integrations, one for each environment', { timeout: slowMs }, async () => {
      const { admin } = await stage.people('admin')
      const keys = await openKeys(admin, 'Integrations')
      expect(new URL(keys.page.url()).pathname).toBe('/settings/integrations')
      const live = await keys.create({ name: 'Production', permissions: ['assessments:read'] })
      await keys.keepAndClose()
      const test_ = await keys.create({ name: 'Trials', permissions: ['assessments:read'], environment: 'Test' })
      await keys.keepAndClose()
      expect([live.slice(0, 8), test_.slice(0, 8)]).toEqual(['ak_live_', 'ak_test_'])
      for (let requests = 0; requests < 3; requests++) await stage.verify(test_)
      await keys.filter('Environment', 'Test')
      await keys.waitForRows(['Trials'])
      await keys.row('Trials').getByRole('link').click()
      await keys.page.getByText('3 accepted, 0 refused').waitFor()
    })
  })

  describe('Alternate Futures', () => {
    given('alternate-futures')

    test('AF-1, AF-6, AF-7, AF-8, AF-14: made, seen, revoked and deleted', { timeout: slowMs }, async () => {
      const { admin } = await stage.people('admin')
      const keys = await openKeys(admin, 'API Keys')
      const key = await keys.create({ name: 'CLI', permissions: ['sites:read', 'sites:write'], expires: 'In 30 days' })
      expect(key).toMatch(/^af_live_/)
      await keys.keepAndClose()
      const row = keys.row('CLI')
      expect(await keys.table.getByRole('columnheader').allInnerTexts()).toEqual(
        expect.arrayContaining(['Name', 'Permissions', 'Created', 'Last used', 'Expires', 'Status']),
      )
      for (const shown of ['2 chosen', 'in 30 days', 'Never', 'Active']) await row.getByText(shown).first().waitFor()

      await keys.act('CLI', 'Revoke')
      await keys.submit('Revoke')
      await row.getByText('Revoked').waitFor()
      await keys.page.getByRole('button', { name: 'Actions for CLI' }).click()
      const items = keys.page.getByRole('menuitem')
      await items.first().waitFor()
      expect(await items.allInnerTexts()).toEqual(['Show details', 'Delete'])
      await keys.page.keyboard.press('Escape')
      expect(await stage.verify(key)).toMatchObject({ reason: 'key_revoked' })

      await keys.act('CLI', 'Delete')
      await keys.dialog.getByLabel('Type CLI to confirm').fill('CLI')
      await keys.submit('Delete for good')
      await keys.page.getByText('No keys yet').waitFor()
      expect(await stage.verify(key)).toMatchObject({ reason: 'invalid_key' })
    })
  })
})
