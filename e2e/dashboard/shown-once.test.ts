import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'

const slowMs = 120_000

describeWithProgram('Chromium', findChromium, 'a key that was shown', () => {
  let stage: DashboardStage
  const profile = mkdtempSync(join(tmpdir(), 'mintmark-profile-'))
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterAll(async () => {
    await stage.remove()
    rmSync(profile, { recursive: true, force: true })
  })

  test('is nowhere in the browser once its dialog is closed', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const { page, close } = await stage.openWithProfile(admin, '/settings/developer/api-keys', profile)
    const keys = new ApiKeysPage(page, admin)
    const minted = await keys.create({ name: 'once', permissions: [] })
    // A click beside the dialog and Escape leave it where it is: it closes by accident to nobody.
    await page.mouse.click(5, 5)
    await page.keyboard.press('Escape')
    expect(await keys.dialog.getByRole('textbox', { name: 'Key', exact: true }).inputValue()).toBe(minted)
    const later: string[] = []
    page.on('request', async (request) => {
      later.push(request.url(), JSON.stringify(await request.allHeaders()), request.postData() ?? '')
    })
    page.on('response', async (response) => {
      later.push(await response.text().catch(() => ''))
    })
    await keys.keepAndClose()
    await keys.row('once').waitFor()
    const inPage = async (): Promise<string> => `${await page.content()}${await page.evaluate<string>(everythingKept)}`
    expect(await inPage()).not.toContain(minted)

    await keys.row('once').getByRole('link').click()
    await page.getByRole('heading', { name: 'once' }).waitFor()
    await page.goBack()
    await keys.row('once').waitFor()
    expect(await inPage()).not.toContain(minted)
    await page.reload()
    await keys.row('once').waitFor()
    expect(await inPage()).not.toContain(minted)
    expect(later.length).toBeGreaterThan(10)
    expect(later.join('\n')).not.toContain(minted)

    // The clipboard is the person's own, and is where he wanted it; everything else is written by now.
    await page.evaluate('navigator.clipboard.writeText("")')
    await close()
    const files = filesBelow(profile)
    expect(files.length).toBeGreaterThan(20)
    expect(files.filter((path) => readFileSync(path).includes(minted))).toEqual([])
  })
})

/** Evaluated in the page: what it could keep anything in. */
const everythingKept = `(async () => {
  const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value)
  const databases = (await indexedDB.databases()).map(({ name }) => name)
  const caches_ = 'caches' in self ? await caches.keys() : []
  return JSON.stringify([fields, { ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href, databases, caches_])
})()`

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
