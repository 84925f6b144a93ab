import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { BrowserClient } from '../../packages/server/src/testing/browser-client.ts'
import { freePort } from '../../packages/server/src/testing/free-port.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'

const slowMs = 120_000
const path = '/settings/developer/api-keys'

describeWithProgram('Chromium', findChromium, 'the dashboard, when something is in its way', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    // It comes back where its pages look for it.
    stage = await DashboardStage.start({ env: { MINTMARK_PORT: `${await freePort()}` } })
  })
  afterEach(() => stage.closePages())
  afterAll(() => stage.remove())

  test('says that it loads, then that it cannot, and mends itself', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'there', permissions: [] })
    const { page } = await stage.open(null, '/sign-in')
    let isBroken = true
    await page.route('**/v1/api-keys?**', (route) => (isBroken ? route.abort() : route.continue()))
    await stage.signIn(page, admin)
    await page.goto(`${stage.url}${path}`)
    await page.getByRole('status', { name: 'Loading' }).first().waitFor()
    await page.getByText('The server cannot be reached').waitFor()
    isBroken = false
    const row = new ApiKeysPage(page, admin).row('there')
    await row.waitFor()
    // What was read stays, and says how old it may be.
    isBroken = true
    const stale = page.getByText('This was read before, and may have changed since')
    await stale.waitFor({ timeout: 40_000 })
    expect(await row.isVisible()).toBe(true)
    isBroken = false
    await stale.waitFor({ state: 'detached', timeout: 40_000 })
    expect(await row.isVisible()).toBe(true)
  })

  test('does once what was answered too late, and shows the key that came of it', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, path)
    const keys = new ApiKeysPage(page, admin)
    await page.getByRole('button', { name: 'Create key' }).first().click()
    await keys.fillIn({ name: 'late', permissions: [] })
    await keys.submit('Create key')
    await keys.shownKey()
    await keys.keepAndClose()
    let lost = 0
    await page.route(`**/v1/api-keys/*/rotate`, async (route) => {
      lost += 1
      // The request arrives, its answer does not.
      if (lost > 1) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await keys.act('late', 'Rotate')
    await keys.dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
    // A secret is shown in one answer and in no other: what is lost is lost, and the page says what to do.
    await keys.dialog.getByRole('alert').getByText('Rotate it to get another').waitFor()
    expect(lost).toBe(2)
    const { data } = await stage.call(admin, 200, 'GET', '/v1/api-keys')
    expect(data[0].secrets).toHaveLength(2)
  })

  test('goes on when the server was started anew under it', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const { page, complaints } = await stage.open(admin, path)
    await page.getByText('No keys yet').waitFor()
    await stage.restart()
    await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'after', permissions: [] })
    const keys = new ApiKeysPage(page, admin)
    await keys.row('after').waitFor()
    expect(complaints).toEqual([])
  })

  test(
    'brings whoever was signed out elsewhere to sign-in, and back to where he was',
    { timeout: slowMs },
    async () => {
      const { admin } = await stage.people('admin')
      await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'kept', permissions: [] })
      const { page } = await stage.open(admin, `${path}?status=active`)
      const keys = new ApiKeysPage(page, admin)
      await keys.row('kept').waitFor()
      const elsewhere = new BrowserClient(stage.url, admin.cookie)
      expect((await elsewhere.post('/auth/sign-out-everywhere', {})).status).toBe(204)
      // It learns it when it next reads its list, which it does every ten seconds.
      await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 40_000 })
      expect(await page.getByText('kept').count()).toBe(0)
      await page.getByLabel('Email').fill(admin.email)
      await page.getByRole('textbox', { name: 'Password' }).fill(admin.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await keys.row('kept').waitFor()
      expect(page.url()).toBe(`${stage.url}${path}?status=active`)
    },
  )

  test('shows each of two people what the other one does', { timeout: slowMs }, async () => {
    const { admin, engineer } = await stage.people('admin', 'engineer')
    await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'shared', permissions: [] })
    const one = new ApiKeysPage((await stage.open(admin, path)).page, admin)
    const other = new ApiKeysPage((await stage.open(engineer, path)).page, engineer)
    await other.act('shared', 'Revoke')
    await one.act('shared', 'Delete')
    await one.dialog.getByLabel('Type shared to confirm').fill('shared')
    await one.submit('Delete for good')
    // He revokes what is gone already: he is told, and his list is true again.
    await other.submit('Revoke')
    await other.dialog.getByRole('alert').waitFor()
    await other.dialog.getByRole('button', { name: 'Cancel' }).click()
    await other.page.getByText('No keys yet').waitFor()
  })
})
