import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from '../../packages/server/src/testing/find-program.ts'

/** Nothing of its own accord: what it asks for is what the page asked for. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: flags })
}

/** A browser whose profile is kept in this directory. */
export function openProfile(directory: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(directory, { executablePath: chromiumPath(), args: flags })
}

function chromiumPath(): string {
  const path = findChromium()
  if (path === undefined) throw new Error('There is no Chromium on this machine')
  return path
}

/** A page in a context of its own, and what it did besides what it shows. */
export type WatchedPage = {
  readonly page: Page
  /** Addresses of every request but those to its own origin and for data that it holds itself. */
  readonly outside: readonly string[]
  /** What it complained of: errors of scripts, and what its content security policy forbade. */
  readonly complaints: readonly string[]
  /** Everything that it keeps: local and session storage, cookies, databases. */
  kept(): Promise<string>
}

export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  const watched = watch(context, await context.newPage(), url)
  await watched.page.goto(url)
  return watched
}

/** Watches a page that has not been anywhere yet. */
export function watch(context: BrowserContext, page: Page, url: string): WatchedPage {
  const outside: string[] = []
  const complaints: string[] = []
  const { origin } = new URL(url)
  page.on('request', (request) => {
    const asked = request.url()
    if (!asked.startsWith(`${origin}/`) && !asked.startsWith('data:')) outside.push(asked)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A refused request is an answer, and is looked at as one.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load')) complaints.push(message.text())
  })
  return {
    page,
    outside,
    complaints,
    async kept() {
      const state = await context.storageState({ indexedDB: true })
      const session = await page.evaluate('JSON.stringify({ ...sessionStorage })')
      return `${JSON.stringify(state)}${String(session)}`
    },
  }
}
