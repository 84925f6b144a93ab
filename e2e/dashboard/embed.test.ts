import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { openPage } from '../testing/browser.ts'
import { expectCall } from '../testing/client.ts'
import { colorSchemes, DashboardStage, inspect, type Person } from '../testing/dashboard-stage.ts'
import { HostPage } from '../testing/host-page.ts'

const root = join(import.meta.dirname, '..', '..')
const elements = join(root, 'packages', 'dashboard', 'elements', 'dist')

/** What a product's own styles may say of everything, and what a reset from long ago says. */
const hostileStyles = `
  html { font-size: 31px }
  * { color: rgb(255, 0, 0) !important; font-family: fantasy !important; letter-spacing: 9px !important }
  body { line-height: 4; text-transform: uppercase; visibility: visible; cursor: crosshair }
  button, input, table, td, section, [role=dialog] { display: none !important }
  .mantine-Button-root, .mintmark { opacity: 0 !important; background: lime !important }
`

describeWithProgram('Chromium', findChromium, 'the keys page inside another product', () => {
  let host: HostPage
  let stage: DashboardStage
  let admin: Person
  let folder: string
  beforeAll(async () => {
    const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.js'), '--elements'], { encoding: 'utf8' })
    if (built.status !== 0) throw new Error(built.stderr)
    folder = mkdtempSync(join(tmpdir(), 'mintmark-host-'))
    host = await HostPage.open(folder)
    spawnSync('cp', ['-r', elements, join(folder, 'elements')])
    stage = await DashboardStage.start({ env: { MINTMARK_ALLOWED_ORIGINS: host.origin } })
    ;({ admin } = await stage.people('admin'))
    host.provideWith(session)
  }, 240_000)
  afterEach(() => stage?.closePages())
  afterAll(async () => {
    await stage?.remove()
    await host?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const session = async () => {
    const { url, operatorKey: key } = stage.installation
    const { organizationId, userId } = admin
    return expectCall(201, url, 'POST', '/v1/sessions', { key, body: { organizationId, userId, ttlSeconds: 900 } })
  }
  const standalone = (attributes: string, script = ''): string => `<!doctype html><html lang="en"><head>
    <title>Another product</title><style>${hostileStyles}</style></head><body><main><h1 id="own">Theirs</h1>
    <mintmark-api-keys server="${stage.url}" ${attributes}></mintmark-api-keys></main>
    <script type="module" src="/files/elements/standalone/index.js"></script><script>${script}</script></body></html>`
  const renewing = `document.querySelector('mintmark-api-keys').fetchToken = async () => (await fetch('/token')).json()`
  const create = async (page: Page, name: string): Promise<string> => {
    await page.getByRole('button', { name: 'Create key' }).first().click()
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    return page.getByLabel('Key', { exact: true }).inputValue()
  }

  test('mints, shows once and lists, whatever the styles around it say, and says nothing to them', async () => {
    host.show('/hostile', standalone(`token="${(await session()).token}"`))
    const watched = await openPage(stage.browser, `${host.origin}/hostile`)
    const { page } = watched
    const before = await page.evaluate(look)
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    const key = await create(page, 'embedded')
    expect(await stage.verify(key)).toMatchObject({ valid: true })
    const style: Style = await page.evaluate(`(${styleOf})(${lastButton})`)
    expect(style).toMatchObject({ letterSpacing: 'normal', textTransform: 'none' })
    expect(style.color).not.toBe('rgb(255, 0, 0)')
    expect(style.fontFamily).not.toContain('fantasy')
    expect(style.height).toBeLessThan(48)
    await page.getByRole('checkbox').last().check()
    await page.getByRole('dialog').getByRole('button').last().click()
    await page.getByRole('link', { name: 'embedded' }).click()
    await page.getByRole('heading', { name: 'embedded' }).waitFor()
    expect(await page.evaluate(look)).toEqual(before)
    expect(new URL(page.url()).pathname).toBe('/hostile')
    expect(await watched.kept()).toBe('{"cookies":[],"origins":[]}{}')
    expect(watched.outside.every((url) => url.startsWith(`${stage.url}/v1/`))).toBe(true)
    expect(watched.complaints).toEqual([])
    await page.context().close()
  }, 120_000)

  test('asks for another token when the one it has is refused, and says so when there is none', async () => {
    const { token } = await session()
    host.show('/renewing', standalone(`token="${token}"`, renewing))
    host.show('/ending', standalone(`token="${token}"`))
    const ending = await openPage(stage.browser, `${host.origin}/ending`)
    const renewed = await openPage(stage.browser, `${host.origin}/renewing`)
    for (const { page } of [ending, renewed]) await page.getByRole('heading', { name: 'API keys' }).waitFor()
    const asked = host.tokensAsked
    await expectCall(204, stage.url, 'DELETE', '/v1/sessions/current', { key: token })
    await create(renewed.page, 'renewed')
    expect(host.tokensAsked).toBe(asked + 1)
    await ending.page.getByText('Your session has ended').waitFor({ timeout: 40_000 })
    await Promise.all([ending, renewed].map(({ page }) => page.context().close()))
  }, 120_000)

  test('in React is one component, with the React that is there', async () => {
    writeFileSync(join(folder, 'app.jsx'), reactApp(stage.url))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    await build({
      root: folder,
      logLevel: 'error',
      configFile: false,
      define: { 'process.env.NODE_ENV': '"production"' },
      resolve: { alias: [{ find: /^(react(-dom)?)($|\/)/, replacement: `${root}/node_modules/$1$3` }] },
      build: { outDir: join(folder, 'react'), lib: { entry: 'app.jsx', formats: ['es'], fileName: 'app' } },
    })
    host.show(
      '/react',
      `<!doctype html><html lang="en"><head><title>Another product</title></head><body><div id="app"></div>
      <script type="module" src="/files/react/app.js"></script></body></html>`,
    )
    const asked = host.tokensAsked
    const { page, complaints } = await openPage(stage.browser, `${host.origin}/react`)
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    await page.getByRole('button', { name: 'Count 0' }).click()
    await page.getByRole('button', { name: 'Count 1' }).waitFor()
    await create(page, 'from React')
    expect(host.tokensAsked).toBe(asked + 1)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 120_000)

  test('is accessible, and takes the colours of the product', async () => {
    for (const colorScheme of colorSchemes) {
      const { token } = await session()
      const page = standalone(`token="${token}" color-scheme="${colorScheme}" style="--mintmark-accent:#7b1fa2"`)
      host.show(
        `/${colorScheme}`,
        page.replace(
          hostileStyles,
          `body { background: ${colorScheme === 'dark' ? '#1f1f1f' : '#fff'} } h1 { color: ${colorScheme === 'dark' ? '#eee' : '#111'} }`,
        ),
      )
      const opened = await openPage(stage.browser, `${host.origin}/${colorScheme}`)
      await opened.page.getByRole('heading', { name: 'API keys' }).waitFor()
      const found = await inspect(opened.page, 'embed', colorScheme)
      // The product's own heading and the page's are two: whether that suits is the product's to say.
      expect(found.filter((one) => !one.includes('page-has-heading-one'))).toEqual([])
      await opened.page.context().close()
    }
  }, 240_000)
})

/** What a page of ours could do to the page around it. In the browser: there are its types alone. */
const look = `(() => {
  const { title, body, head, documentElement } = document
  const { color, fontSize } = getComputedStyle(document.querySelector('#own'))
  const attributes = [body.className, body.getAttribute('style'), body.children.length]
  return { title, attributes, root: documentElement.getAttributeNames(), head: head.children.length, color, fontSize }
})()`

const styleOf = `(element) => {
  const { color, fontFamily, letterSpacing, textTransform } = getComputedStyle(element)
  return { color, fontFamily, letterSpacing, textTransform, height: element.getBoundingClientRect().height }
}`

const lastButton =
  "[...document.querySelector('mintmark-api-keys').shadowRoot.querySelectorAll('[role=dialog] button')].at(-1)"

type Style = Readonly<Record<'color' | 'fontFamily' | 'letterSpacing' | 'textTransform', string>> & {
  readonly height: number
}

function reactApp(server: string): string {
  return `import { createElement as h, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { MintmarkApiKeys } from './elements/react/index.js'
const fetchToken = async () => (await fetch('/token')).json()
function App() {
  const [count, setCount] = useState(0)
  return h('main', null,
    h('button', { onClick: () => setCount(count + 1) }, 'Count ' + count),
    h(MintmarkApiKeys, { server: '${server}', fetchToken: () => fetchToken() }))
}
createRoot(document.getElementById('app')).render(h(App))
`
}
