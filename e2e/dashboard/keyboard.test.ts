import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { ApiKeysPage } from '../testing/api-keys-page.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'
import { focused, whenFocused } from '../testing/focus.ts'

const slowMs = 120_000
/** Presses of Tab after which something is taken for unreachable. */
const mostPresses = 60

describeWithProgram('Chromium', findChromium, 'the API keys page, without a mouse', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage.closePages())
  afterAll(() => stage.remove())

  test('a key is minted, found, revoked and deleted', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, '/settings/developer/api-keys')
    await page.getByText('No keys yet').waitFor()
    await new ApiKeysPage(page, admin).demandStepUp()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the content')
    await page.keyboard.press('Enter')

    await tabTo(page, 'Create key')
    await page.keyboard.press('Enter')
    await typeInto(page, 'Name', 'by hand')
    await tabTo(page, 'usage:read')
    await page.keyboard.press('Space')
    await tabTo(page, 'Create key')
    await page.keyboard.press('Enter')
    await typeInto(page, 'Password', admin.password)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Your new key' }).waitFor()
    await tabTo(page, 'I have stored it')
    await page.keyboard.press('Space')
    await tabTo(page, 'Done')
    await page.keyboard.press('Enter')

    for (const [action, last] of [
      ['Revoke', 'Revoke'],
      ['Delete', 'Delete for good'],
    ] as const) {
      await page.getByRole('button', { name: 'Actions for by hand' }).waitFor()
      await tabTo(page, 'Actions for by hand')
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name: action }).waitFor()
      await arrowTo(page, action)
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      if (action === 'Delete') await typeInto(page, 'Type by hand to confirm', 'by hand')
      await tabTo(page, last)
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await page.getByText('No keys yet').waitFor()
  })

  test('a dialog keeps the focus, and gives it back to where it was opened', { timeout: slowMs }, async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, '/settings/developer/api-keys')
    await page.getByRole('button', { name: 'Create key' }).first().press('Enter')
    await page.getByRole('dialog').waitFor()
    for (let presses = 0; presses < mostPresses; presses++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.closest("[role=dialog]") !== null')).toBe(true)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await whenFocused(page, 'Create key')
  })
})

/** Into the field that has the focus as soon as its dialog is there. */
async function typeInto(page: Page, name: string, text: string): Promise<void> {
  await whenFocused(page, name)
  await page.keyboard.type(text)
}

async function tabTo(page: Page, name: string): Promise<void> {
  await pressUntil(page, 'Tab', name)
}

async function arrowTo(page: Page, name: string): Promise<void> {
  await pressUntil(page, 'ArrowDown', name)
}

async function pressUntil(page: Page, key: string, name: string): Promise<void> {
  const passed: string[] = []
  while (passed.length < mostPresses) {
    const now = await focused(page)
    if (now === name) return
    passed.push(now)
    await page.keyboard.press(key)
  }
  throw new Error(`${name} is not to be reached by ${key}: ${passed.join(', ')}`)
}
