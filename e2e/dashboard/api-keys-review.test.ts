import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { DashboardStage, type Person } from '../testing/dashboard-stage.ts'
import { review, reviewMs } from '../testing/page-review.ts'

const path = '/settings/developer/api-keys'

describeWithProgram('Chromium', findChromium, 'the API keys page, looked at', () => {
  let stage: DashboardStage
  let admin: Person
  let used: { readonly id: string; readonly key: string }
  beforeAll(async () => {
    stage = await DashboardStage.start()
    ;({ admin } = await stage.people('admin'))
    used = await furnish(stage, admin)
  })
  afterEach(() => stage.closePages())
  afterAll(() => stage.remove())

  const dialogs: readonly (readonly [string, (keys: ApiKeysPage) => Promise<unknown>])[] = [
    ['create', (keys) => keys.page.getByRole('button', { name: 'Create key' }).click()],
    ['edit', (keys) => keys.act('CI deploys', 'Edit')],
    ['rotate', (keys) => keys.act('CI deploys', 'Rotate')],
    ['revoke', (keys) => keys.act('CI deploys', 'Revoke')],
    ['delete', (keys) => keys.act('CI deploys', 'Delete')],
  ]

  test('where he who acts must prove himself again', { timeout: reviewMs }, async () => {
    const arrive = async (page: Page): Promise<void> => {
      const keys = new ApiKeysPage(page, admin)
      await keys.row('CI deploys').waitFor()
      await keys.demandStepUp()
      await page.getByRole('button', { name: 'Create key' }).click()
      await keys.fillIn({ name: 'proved', permissions: [] })
      await keys.dialog.getByRole('button', { name: 'Create key' }).click()
      await page.getByRole('dialog', { name: 'Confirm that it is you' }).getByRole('button').last().waitFor()
    }
    await review(stage, admin, { name: 'step-up', path, arrive })
  })

  test('without a key', { timeout: reviewMs }, async () => {
    const { admin: nobody } = await stage.people('admin')
    await review(stage, nobody, {
      name: 'api-keys-empty',
      path,
      arrive: (page) => page.getByText('No keys yet').waitFor(),
    })
  })

  test('with keys of every kind', { timeout: reviewMs }, async () => {
    const arrive = (page: Page) => page.getByRole('link', { name: 'CI deploys' }).waitFor()
    await review(stage, admin, { name: 'api-keys', path, arrive })
  })

  test.each(dialogs)('with the dialog to %s', { timeout: reviewMs }, async (name, open) => {
    const arrive = async (page: Page): Promise<void> => {
      const keys = new ApiKeysPage(page, admin)
      await keys.row('CI deploys').waitFor()
      await open(keys)
      await keys.dialog.getByRole('button').last().waitFor()
    }
    await review(stage, admin, { name: `api-keys-${name}`, path, arrive })
  })

  test('with a new key in sight', { timeout: reviewMs }, async () => {
    const arrive = async (page: Page): Promise<void> => {
      const keys = new ApiKeysPage(page, admin)
      await keys.row('CI deploys').waitFor()
      expect(await keys.create({ name: 'new', permissions: [] })).toMatch(/^mk_live_/)
    }
    await review(stage, admin, { name: 'api-keys-minted', path, arrive })
  })

  test('key by key', { timeout: reviewMs }, async () => {
    const arrive = async (page: Page): Promise<void> => {
      await page.getByText('api_key.created').waitFor()
      await page.locator('.recharts-bar').first().waitFor()
    }
    await review(stage, admin, { name: 'key', path: `${path}/${used.id}`, arrive })
  })
})

/** Keys of every kind: live, test, expiring, revoked, rotating, used and refused. */
async function furnish(stage: DashboardStage, admin: Person) {
  const mint = (body: object) => stage.call(admin, 201, 'POST', '/v1/api-keys', body)
  const { id: projectId } = await stage.call(admin, 201, 'POST', '/v1/projects', { name: 'Storefront' })
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  await mint({ name: 'Local development of the storefront by the whole team', environment: 'test' })
  await mint({ name: 'Reports', scope: 'project', projectId, permissions: ['usage:read'], expiresAt: inDays(12) })
  const revoked = await mint({ name: 'Old laptop', permissions: [] })
  await stage.call(admin, 200, 'POST', `/v1/api-keys/${revoked.id}/revoke`, { reason: 'leaked' })
  const used = await mint({ name: 'CI deploys', permissions: ['projects:read', 'usage:read'], expiresAt: inDays(90) })
  for (let index = 0; index < 20; index++) await stage.verify(used.key)
  await stage.call(admin, 201, 'POST', `/v1/api-keys/${used.id}/rotate`, { overlapSeconds: 86_400 })
  return used
}
