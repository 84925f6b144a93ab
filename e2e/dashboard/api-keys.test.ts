import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { count } from '../../packages/server/src/testing/scale.ts'
import { until } from '../../packages/server/src/testing/until.ts'
import { DashboardStage, type Person } from '../testing/dashboard-stage.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { hasRun, scriptCorpus } from '../testing/script-corpus.ts'

const slowMs = 120_000
const keyCount = count(250, 5_000)

describeWithProgram('Chromium', findChromium, 'the API keys page', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage.closePages())
  afterAll(() => stage.remove())

  const verify = (key: string) => stage.verify(key)
  const open = async (person: Person): Promise<ApiKeysPage> => {
    const { page } = await stage.open(person, '/settings/developer/api-keys')
    await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor()
    return new ApiKeysPage(page, person)
  }

  test('leads whoever has no key to his first, and shows it once', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const keys = await open(admin)
    const { page } = keys
    await page.getByText('No keys yet').waitFor()
    await page.getByText('50 of 50 left today, 0 of 500 active').waitFor()
    const key = await keys.create({ name: 'deploys', permissions: ['usage:read'] })
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(key)
    expect(await verify(key)).toMatchObject({ valid: true, key: { name: 'deploys', permissions: ['usage:read'] } })
    await keys.keepAndClose()
    await page.getByText('49 of 50 left today, 1 of 500 active').waitFor()
    expect(await page.content()).not.toContain(key)
    await keys
      .row('deploys')
      .getByText(`${key.slice(0, 16)}…`)
      .waitFor()
  })

  test('runs nothing that somebody wrote into a key', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const metadata = { note: scriptCorpus[1] }
    const minted = []
    for (const name of scriptCorpus) {
      minted.push(await stage.call(admin, 201, 'POST', '/v1/api-keys', { name, metadata, permissions: [] }))
    }
    const keys = await open(admin)
    for (const name of scriptCorpus) await keys.row(name).waitFor()
    for (const action of ['Revoke', 'Delete']) {
      await keys.act(scriptCorpus[1] ?? '', action)
      await keys.dialog.getByRole('button', { name: 'Cancel' }).click()
      await keys.dialog.waitFor({ state: 'detached' })
    }
    expect(await hasRun(keys.page)).toBe(false)
    for (const { id, name } of minted.slice(0, 2)) {
      await stage.call(admin, 200, 'POST', `/v1/api-keys/${id}/revoke`, { comment: scriptCorpus[2] })
      await keys.page.goto(`${stage.url}/settings/developer/api-keys/${id}`)
      await keys.page.getByRole('heading', { level: 1, name }).waitFor()
      await keys.page.getByText('api_key.revoked').waitFor()
      expect(await keys.page.title()).toContain(name)
      expect(await hasRun(keys.page)).toBe(false)
    }
  })

  test('finds a key by its prefix, by its name, and by what it is', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const body = (name: string) => ({ name, permissions: [] })
    const wanted = await stage.call(admin, 201, 'POST', '/v1/api-keys', body('wanted'))
    await stage.call(admin, 201, 'POST', '/v1/api-keys', { ...body('other'), environment: 'test' })
    const keys = await open(admin)
    for (const typed of [wanted.prefix, 'WANT']) {
      await keys.search(typed)
      await keys.waitForRows(['wanted'])
    }
    await keys.search('nothing of that kind')
    await keys.page.getByRole('button', { name: 'Show all keys' }).click()
    await keys.waitForRows(['other', 'wanted'])
    await keys.filter('Environment', 'Test')
    await keys.waitForRows(['other'])
    expect(new URL(keys.page.url()).search).toBe('?environment=test')
    await keys.page.reload()
    await keys.waitForRows(['other'])
  })

  test('shows fifty of however many keys there are, and the way to the others', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const names = Array.from({ length: keyCount }, (_, index) => `key ${String(index).padStart(4, '0')}`)
    for (const name of names) await stage.mintOwned(admin.organizationId, name)
    const newest = names.toReversed()
    const keys = await open(admin)
    await keys.waitForRows(newest.slice(0, 50))
    const pages = keys.page.getByRole('navigation', { name: 'Pages of the list' })
    const [previous, next] = ['Previous', 'Next'].map((name) => pages.getByRole('button', { name }))
    expect(await previous?.isDisabled()).toBe(true)
    await next?.click()
    await keys.waitForRows(newest.slice(50, 100))
    await next?.click()
    await keys.waitForRows(newest.slice(100, 150))
    await previous?.click()
    await keys.waitForRows(newest.slice(50, 100))
    // Another question begins at its first page.
    await keys.search('key 00')
    await keys.waitForRows(newest.slice(-100, -50))
    await next?.click()
    await keys.waitForRows(newest.slice(-50))
    expect(await next?.isDisabled()).toBe(true)
    await keys.search('key 000')
    await keys.waitForRows(newest.slice(-10))
    expect(await pages.count()).toBe(0)
  })

  test('rotates: both secrets work and are told apart until the old one is ended', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const old = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'spinning', permissions: [] })
    await verify(old.key)
    const keys = await open(admin)
    await keys.act('spinning', 'Rotate')
    await keys.dialog.getByRole('radio', { name: 'for one more hour' }).check()
    await keys.submit('Rotate')
    const key = await keys.shownKey()
    await keys.keepAndClose()
    await keys.row('spinning').getByText('Rotating: two secrets work').waitFor()
    for (const secret of [old.key, key]) expect(await verify(secret)).toMatchObject({ valid: true })
    await keys.page.getByRole('link', { name: 'spinning' }).click()
    await keys.page.getByText('still in use').waitFor()
    await keys.page.getByRole('button', { name: 'End it now' }).click()
    await keys.submit('End it now')
    const secrets = keys.page.getByRole('region', { name: 'Secrets' })
    await secrets.getByText('Old secret').waitFor({ state: 'detached' })
    expect(await verify(old.key)).toMatchObject({ valid: false, reason: 'key_revoked' })
    expect(await verify(key)).toMatchObject({ valid: true })
  })

  test('revokes with a reason, and wants it said twice where the key was just used', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const { id, key } = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'leaky', permissions: [] })
    await verify(key)
    await until(async () => (await stage.call(admin, 200, 'GET', `/v1/api-keys/${id}`)).lastUsedAt)
    const keys = await open(admin)
    await keys.act('leaky', 'Revoke')
    const confirm = keys.dialog.getByRole('button', { name: 'Revoke', exact: true })
    await keys.dialog.getByText('This key was used within the last day').waitFor()
    expect(await confirm.isDisabled()).toBe(true)
    await keys.dialog.getByRole('checkbox', { name: 'I know what uses it' }).check()
    await keys.choose('Reason', 'Somebody else may have it')
    await keys.submit('Revoke')
    await keys.row('leaky').getByText('Revoked').waitFor()
    expect(await verify(key)).toMatchObject({ valid: false, reason: 'key_revoked' })
    expect(await stage.call(admin, 200, 'GET', `/v1/api-keys/${id}`)).toMatchObject({ revokedReason: 'leaked' })
  })

  test('deletes when its name was typed, and nothing of it is left', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const { key } = await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'to go', permissions: [] })
    const keys = await open(admin)
    await keys.act('to go', 'Delete')
    const remove = keys.dialog.getByRole('button', { name: 'Delete for good' })
    await keys.dialog.getByLabel('Type to go to confirm').fill('to g')
    expect(await remove.isDisabled()).toBe(true)
    await keys.dialog.getByLabel('Type to go to confirm').fill('to go')
    await keys.submit('Delete for good')
    await keys.page.getByText('No keys yet').waitFor()
    expect(await verify(key)).toMatchObject({ valid: false, reason: 'invalid_key' })
  })

  test('gives each role the scopes that it may, and no button that it may not', { timeout: slowMs }, async () => {
    const { admin, engineer, member } = await stage.people('admin', 'engineer', 'member')
    await stage.call(admin, 201, 'POST', '/v1/projects', { id: `web-${process.pid}`, name: 'Web' })
    await stage.call(admin, 201, 'POST', '/v1/api-keys', { name: 'admin’s', permissions: [] })
    const engineers = await open(engineer)
    await engineers.page.getByRole('button', { name: 'Create key' }).click()
    await engineers.dialog.getByRole('radio', { name: 'Project' }).waitFor()
    expect(await engineers.dialog.getByRole('radio', { name: 'Organization' }).count()).toBe(0)
    const members = await open(member)
    await members.page.getByText('No keys yet').waitFor()
    expect(await members.page.getByRole('button', { name: 'Create key' }).count()).toBe(0)
  })

  test('takes the buttons from whoever is demoted', { timeout: slowMs }, async () => {
    const { admin, engineer } = await stage.people('admin', 'engineer')
    await stage.call(engineer, 201, 'POST', '/v1/projects', { name: 'Web' })
    const keys = await open(engineer)
    await keys.page.getByRole('button', { name: 'Create key' }).first().click()
    await stage.call(admin, 200, 'PATCH', `/v1/users/${engineer.userId}`, { role: 'member' })
    await keys.fillIn({ name: 'too late', project: 'Web', permissions: ['usage:read'] })
    await keys.submit('Create key')
    await keys.dialog.getByRole('alert').waitFor()
    await keys.dialog.getByRole('button', { name: 'Cancel' }).click()
    await keys.page.getByRole('button', { name: 'Create key' }).waitFor({ state: 'detached' })
    await keys.page.getByText('member', { exact: true }).first().waitFor()
  })
})
