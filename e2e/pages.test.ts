import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../packages/server/src/testing/find-program.ts'
import { openBrowser, openPage } from './testing/browser.ts'
import { expectCall } from './testing/client.ts'
import { createOrganization, startEmbedded, type Installation } from './testing/installation.ts'

describeWithProgram('Chromium', findChromium, 'the pages, in Chromium', () => {
  let browser: Browser
  let installation: Installation
  let minted: { readonly id: string; readonly key: string }

  beforeAll(async () => {
    browser = await openBrowser()
    installation = await startEmbedded()
    const { url, operatorKey: key } = installation
    const { acting } = await createOrganization(installation)
    const body = { name: 'pasted', owner: 'organization', role: 'admin' }
    minted = await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers: acting(), body })
  })
  afterAll(async () => {
    await browser?.close()
    await installation?.remove()
  })

  test('of reference: paste a key, send, see 200', async () => {
    const watched = await openPage(browser, `${installation.url}/reference#tag/credentials/GET/v1/me`)
    const { page } = watched
    await page.getByPlaceholder('Token').first().fill(minted.key)
    await page.getByRole('button', { name: 'Test Request (get /v1/me)' }).click()
    const answered = page.waitForResponse((response) => response.url() === `${installation.url}/v1/me`)
    await page.getByRole('button', { name: /^Send Request/ }).click()
    const answer = await answered
    expect(answer.status()).toBe(200)
    expect(await answer.request().headerValue('authorization')).toBe(`Bearer ${minted.key}`)
    expect(await answer.json()).toMatchObject({ apiKeyId: minted.id, keyName: 'pasted' })
    await page.getByText('200 OK').first().waitFor()
    await page.getByText(minted.id).first().waitFor()
    expect([watched.outside, watched.complaints]).toEqual([[], []])
    expect(await watched.kept()).not.toContain(minted.key)
  })

  test('of reference: every part of the document is there', async () => {
    const document = await expectCall(200, installation.url, 'GET', '/openapi.json', {})
    const watched = await openPage(browser, `${installation.url}/reference`)
    for (const { name } of document.tags) {
      await watched.page.getByRole('link', { name, exact: true }).first().waitFor({ state: 'attached' })
    }
    expect(document.tags.length).toBeGreaterThan(10)
    expect([watched.outside, watched.complaints]).toEqual([[], []])
  })

  test('of GraphQL: paste a key, ask, see who it is', async () => {
    const watched = await openPage(browser, `${installation.url}/graphql`)
    const { page } = watched
    const headers = page.locator('section[aria-label="Headers"] .monaco-editor:visible')
    await headers.locator('.view-lines').click()
    // To where the page has left room for it: {"Authorization":"Bearer "}
    for (const press of ['End', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(press)
    await page.keyboard.insertText(minted.key)
    await headers.getByText(minted.key).waitFor()
    await page.getByRole('button', { name: 'Execute query (Ctrl-Enter)' }).click()
    await page.locator('section[aria-label="Result Window"]').getByText('KeyMe').first().waitFor()
    expect([watched.outside, watched.complaints]).toEqual([[], []])
    expect(await watched.kept()).not.toContain(minted.key)
  })

  test.each(['/reference', '/graphql'])('%s is framed by nobody, and runs no script but its own', async (path) => {
    const answer = await fetch(`${installation.url}${path}`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("connect-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/)
    const html = await answer.text()
    expect(html).not.toMatch(/<script(?! src="\/assets\/[a-z-]+\.js"><\/script>)/)
    expect(html).not.toMatch(/https?:/)
  })
})
