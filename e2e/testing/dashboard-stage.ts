import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { BrowserClient, goodPassword } from '../../packages/server/src/testing/browser-client.ts'
import { openBrowser, openProfile, watch, type WatchedPage } from './browser.ts'
import { expectCall } from './client.ts'
import { expectStatus } from '../../packages/server/src/testing/http-client.ts'
import { createOrganization, startEmbedded, type Installation } from './installation.ts'
import type { NodeOptions } from './served-node.ts'
import { isRelease } from '../../packages/server/src/testing/scale.ts'

const root = join(import.meta.dirname, '..', '..')
const screenshots = join(root, 'coverage', 'screenshots')

/** What every page is looked at in. */
export const widths = { phone: 390, tablet: 820, desktop: 1280 } as const
const heightPixels = 900
/** For one step of a person: the machine may be busy. */
const stepMs = 15_000
export const colorSchemes = ['light', 'dark'] as const
export type Width = keyof typeof widths
export type ColorScheme = (typeof colorSchemes)[number]

/** A member of an organization, who has an account and has signed in. */
export type Person = {
  readonly organizationId: string
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly password: string
  /** Of his sign-in: `name=value`. */
  readonly cookie: string
}

export type OpenOptions = { readonly width?: Width; readonly colorScheme?: ColorScheme }

/** A served Mintmark with its dashboard, and a browser before it. */
export class DashboardStage {
  readonly installation: Installation
  readonly browser: Browser
  readonly #contexts: BrowserContext[] = []

  private constructor(installation: Installation, browser: Browser) {
    this.installation = installation
    this.browser = browser
  }

  static async start(options: NodeOptions = {}): Promise<DashboardStage> {
    const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.js'), '--dashboard'], { encoding: 'utf8' })
    if (built.status !== 0) throw new Error(built.stderr)
    return new DashboardStage(await startEmbedded(options), await openBrowser())
  }

  get url(): string {
    return this.installation.url
  }

  async remove(): Promise<void> {
    await this.browser.close()
    await this.installation.remove()
  }

  /** A new organization with one person for each role, each of whom was invited and has accepted. */
  async people<Role extends string>(...roles: readonly Role[]): Promise<Readonly<Record<Role, Person>>> {
    const { id } = await createOrganization(this.installation, { roles: [] })
    const people = {} as Record<Role, Person>
    for (const role of roles) people[role] = await this.#invite(id, role)
    return people
  }

  async #invite(organizationId: string, role: string): Promise<Person> {
    const { url, operatorKey: key } = this.installation
    const headers = { 'mintmark-organization': organizationId }
    const email = `${role}@${organizationId}.example.com`
    const invited = await expectCall(201, url, 'POST', '/v1/users/invite', { key, headers, body: { email, role } })
    const client = new BrowserClient(url)
    const body = { token: invited.token, name: role, password: goodPassword }
    expectStatus(200, await client.post('/auth/invitations/accept', body))
    const { userId } = expectStatus(200, await client.get('/auth/me'))
    return { organizationId, userId, name: role, email, password: goodPassword, cookie: client.cookie ?? '' }
  }

  /** By the operator, for a person. */
  async call(person: Person, status: number, method: string, path: string, body?: unknown) {
    const headers = { 'mintmark-organization': person.organizationId, 'mintmark-user': person.userId }
    const { url, operatorKey: key } = this.installation
    return expectCall(status, url, method, path, { key, headers, ...(body !== undefined && { body }) })
  }

  /** A key of an organization's own, which counts towards nobody's limits. */
  async mintOwned(organizationId: string, name: string): Promise<void> {
    const { url, operatorKey: key } = this.installation
    const body = { name, owner: 'organization', role: 'member', permissions: [] }
    await expectCall(201, url, 'POST', '/v1/api-keys', {
      key,
      headers: { 'mintmark-organization': organizationId },
      body,
    })
  }

  /** What Mintmark says of a key. */
  async verify(key: string): Promise<{ readonly valid: boolean; readonly reason: string | null }> {
    const { url, operatorKey } = this.installation
    return expectCall(200, url, 'POST', '/v1/verify', { key: operatorKey, body: { key } })
  }

  /** A page of the dashboard, in a browser of its own in which this person is signed in; null: nobody. */
  async open(person: Person | null, path: string, options: OpenOptions = {}): Promise<WatchedPage> {
    const { width = 'desktop', colorScheme = 'light' } = options
    const context = await this.browser.newContext({
      viewport: { width: widths[width], height: heightPixels },
      colorScheme,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    context.setDefaultTimeout(stepMs)
    this.#contexts.push(context)
    if (person !== null) await signInBy(context, person, this.url)
    const watched = watch(context, await context.newPage(), this.url)
    await watched.page.goto(`${this.url}${path}`)
    return watched
  }

  /** The same in a browser that writes its profile to this directory, all of it when it is closed. */
  async openWithProfile(person: Person, path: string, profile: string) {
    const context = await openProfile(profile)
    context.setDefaultTimeout(stepMs)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await signInBy(context, person, this.url)
    const page = await context.newPage()
    await page.goto(`${this.url}${path}`)
    return { page, close: () => context.close() }
  }

  /** From here on, in the browser that this page is in. */
  signIn(page: Page, person: Person): Promise<void> {
    return signInBy(page.context(), person, this.url)
  }

  /** Stops the server and starts it again, at the same address. */
  async restart(): Promise<void> {
    const [node] = this.installation.nodes
    await node?.stop()
    await node?.start()
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()))
  }
}

function signInBy(context: BrowserContext, { cookie }: Person, url: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=', 2)
  return context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }])
}

/** At which widths a page of this colour is looked at: in a release at all, in CI at one. */
const inspected: Readonly<Record<ColorScheme, readonly Width[]>> = isRelease
  ? { light: ['phone', 'tablet', 'desktop'], dark: ['phone', 'tablet', 'desktop'] }
  : { light: ['desktop'], dark: ['phone'] }

/**
 * What axe finds against WCAG 2.2 AA and its own best practices, at the widths of this colour; and a screenshot of each
 * for people to look at, `coverage/screenshots/<name>-<colour>-<width>.png`.
 */
export async function inspect(page: Page, name: string, colorScheme: ColorScheme): Promise<readonly string[]> {
  const found = []
  for (const width of inspected[colorScheme]) {
    await page.setViewportSize({ width: widths[width], height: heightPixels })
    const path = join(screenshots, `${name}-${colorScheme}-${width}.png`)
    await page.screenshot({ path, animations: 'disabled', fullPage: true })
    const { violations } = await new AxeBuilder({ page }).analyze()
    for (const { id, nodes } of violations) {
      found.push(...nodes.map(({ html, failureSummary }) => `${width}: ${id}: ${html} ${failureSummary}`))
    }
  }
  return found
}
