import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { freePort } from '../../packages/server/src/testing/free-port.ts'
import { openIdClient, startOpenIdServer, type OpenIdServer } from '../../packages/server/src/testing/openid-server.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { expectCall } from '../testing/client.ts'
import { colorSchemes, DashboardStage, inspect } from '../testing/dashboard-stage.ts'
import { createOrganization } from '../testing/installation.ts'

const slowMs = 120_000

describeWithProgram('Chromium', findChromium, 'the dashboard, for who signs in by a provider', () => {
  let stage: DashboardStage
  let provider: OpenIdServer
  let directory: string

  beforeAll(async () => {
    const port = await freePort()
    provider = await startOpenIdServer(`http://127.0.0.1:${port}/auth/oidc/acme/callback`)
    directory = mkdtempSync(join(tmpdir(), 'mintmark-provider-'))
    const file = join(directory, 'oidc.json')
    const settings = [{ id: 'acme', name: 'Acme SSO', issuer: provider.issuer, ...openIdClient }]
    writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
    stage = await DashboardStage.start({ env: { MINTMARK_PORT: `${port}`, MINTMARK_OIDC: file } })
  })
  afterEach(() => stage.closePages())
  afterAll(async () => {
    await stage.remove()
    await provider.close()
    rmSync(directory, { recursive: true })
  })

  /** Signed in by the provider, and an administrator since then. */
  const arrive = async (sub: string) => {
    provider.account = { sub, email: `${sub}@example.com`, email_verified: true }
    const { page, complaints } = await stage.open(null, '/sign-in')
    await page.getByRole('link', { name: 'Acme SSO' }).click()
    await page.getByText('You belong to no organization').waitFor()
    const { userId } = await (await page.request.get(`${stage.url}/auth/me`)).json()
    const { operatorKey: key } = stage.installation
    const { id } = await createOrganization(stage.installation, { roles: [] })
    const path = `/v1/organizations/${id}/members/${userId}`
    await expectCall(200, stage.url, 'PUT', path, { key, body: { role: 'admin' } })
    const person = { organizationId: id, userId, name: sub, email: provider.account.email, password: '', cookie: '' }
    return { page, complaints, person }
  }

  test('asks him to sign in there once more before what is dangerous', { timeout: slowMs }, async () => {
    const { page, person, complaints } = await arrive('ada')
    await page.goto(`${stage.url}/settings/developer/api-keys?status=active`)
    const keys = new ApiKeysPage(page, person)
    await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor()
    await keys.demandStepUp()
    const create = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Create key' }).first().click()
      await keys.fillIn({ name: 'wide', permissions: [] })
      await keys.dialog.getByRole('button', { name: 'Create key', exact: true }).click()
    }
    await create()
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await dialog.getByText('You sign in by a provider').waitFor()
    expect(await dialog.getByLabel('Password').count()).toBe(0)
    await dialog.getByRole('link', { name: 'Acme SSO' }).click()
    await page.waitForURL(`${stage.url}/settings/developer/api-keys?status=active`)
    await create()
    await keys.shownKey()
    expect(complaints).toEqual([])
  })

  test.each(colorSchemes)('offers no password where there is none, in %s', { timeout: slowMs }, async (colorScheme) => {
    const { page } = await arrive(`grace-${colorScheme}`)
    await page.emulateMedia({ colorScheme })
    await page.goto(`${stage.url}/settings/profile`)
    await page.getByText('you sign in by a provider').waitFor()
    expect(await page.getByLabel('Current password').count()).toBe(0)
    await page.getByText('This one').first().waitFor()
    expect(await inspect(page, 'profile-provider', colorScheme)).toEqual([])
  })
})
