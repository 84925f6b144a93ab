import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BrowserClient } from '../../packages/server/src/testing/browser-client.ts'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { until } from '../../packages/server/src/testing/until.ts'
import { DashboardStage, type Person } from '../testing/dashboard-stage.ts'

/** Ends every sign-in of whoever asks, and takes no body: nothing that does more is asked for more easily. */
const target = '/auth/sign-out-everywhere'

const submit = (attributes: string, fields = ''): string =>
  `document.body.innerHTML = '<form method="post" action="URL" ${attributes}>${fields}</form>'; document.forms[0].submit()`

/** Scripts of a page of somebody else's, with `URL` for where it sends the browser. */
const techniques: readonly (readonly [name: string, script: string])[] = [
  ['a form', submit('', '<input name="a" value="b">')],
  [
    'a form whose text reads as JSON',
    submit('enctype="text/plain"', '<input name="{&quot;a&quot;:&quot;" value="&quot;}">'),
  ],
  ['a form with files', submit('enctype="multipart/form-data"', '<input type="file" name="a">')],
  ['a form in a new window', submit('target="_blank"')],
  [
    'fetch that does not care for the answer',
    `void fetch('URL', { method: 'POST', mode: 'no-cors', credentials: 'include' })`,
  ],
  [
    'fetch of text',
    `void fetch('URL', { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'Content-Type': 'text/plain' }, body: '{}' })`,
  ],
  [
    'fetch that keeps going',
    `void fetch('URL', { method: 'POST', mode: 'no-cors', credentials: 'include', keepalive: true })`,
  ],
  ['fetch that asks to read', `fetch('URL', { method: 'POST', credentials: 'include' }).catch(() => {})`],
  [
    'an XMLHttpRequest',
    `const asked = new XMLHttpRequest(); asked.open('POST', 'URL'); asked.withCredentials = true; asked.send()`,
  ],
  ['a beacon', `navigator.sendBeacon('URL')`],
  ['an image', `document.body.innerHTML = '<img src="URL">'`],
  ['a script', `document.head.append(Object.assign(document.createElement('script'), { src: 'URL' }))`],
  ['a link that is followed', `location.href = 'URL'`],
  [
    'a form in a sandboxed frame',
    `document.body.innerHTML = '<iframe sandbox="allow-forms allow-scripts" srcdoc="<form method=post action=URL></form><script>document.forms[0].submit()</script>">'`,
  ],
]

describeWithProgram('Chromium', findChromium, 'a page of somebody else’s', () => {
  let stage: DashboardStage
  let other: Server
  /** Another origin of the same site, for ports are no part of one: `SameSite` keeps no cookie from being sent. */
  let otherUrl: string

  beforeAll(async () => {
    stage = await DashboardStage.start()
    other = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><body>'))
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
  })
  afterEach(() => stage.closePages())
  afterAll(async () => {
    other.closeAllConnections()
    other.close()
    await stage.remove()
  })

  const openOther = async (person: Person): Promise<Page> => {
    const { page } = await stage.open(person, '/device')
    await page.goto(otherUrl)
    return page
  }
  /** How the server answered what came for `target` so far; a method that it does not have has no route. */
  const answers = (): readonly number[] =>
    (stage.installation.nodes[0]?.log() ?? '')
      .split('\n')
      .filter((line) => line.includes(`"route":"${target}"`) || line.includes('"route":null'))
      .map((line) => Number(/"status":(\d+)/.exec(line)?.[1]))
  const isSignedIn = async ({ cookie }: Person): Promise<boolean> =>
    (await new BrowserClient(stage.url, cookie).get('/auth/me')).status === 200

  test.each(techniques)('signs nobody out by %s', async (_name, script) => {
    const { admin } = await stage.people('admin')
    const page = await openOther(admin)
    const before = answers().length
    await page.evaluate(script.replaceAll('URL', `${stage.url}${target}`))
    // It came, and was refused.
    const [status] = await until(async () => (answers().length > before ? answers().slice(before) : null))
    expect([403, 404, 405, 415]).toContain(status)
    expect(await isSignedIn(admin)).toBe(true)
  })

  test('is what differs: a page of our own does sign out', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(admin, '/nowhere')
    expect(await page.evaluate(`fetch('${target}', { method: 'POST' }).then(({ status }) => status)`)).toBe(204)
    expect(await isSignedIn(admin)).toBe(false)
  })

  test('reads nothing of whoever is signed in', async () => {
    const { admin } = await stage.people('admin')
    const page = await openOther(admin)
    const read = `fetch('${stage.url}/auth/me', { credentials: 'include' }).then(() => 'read', () => 'kept')`
    expect(await page.evaluate(read)).toBe('kept')
  })

  test.each(['/settings/developer/api-keys', '/sign-in', '/operator', '/device'])('does not frame %s', async (path) => {
    const { admin } = await stage.people('admin')
    const page = await openOther(admin)
    const failed = page.waitForEvent('requestfailed')
    await page.evaluate(`document.body.innerHTML = '<iframe src="${stage.url}${path}"></iframe>'`)
    const request = await failed
    expect([request.url(), request.failure()?.errorText]).toEqual([
      `${stage.url}${path}`,
      'net::ERR_BLOCKED_BY_RESPONSE',
    ])
  })

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', '/.//evil.example'])(
    'leads nobody by our sign-in to %s',
    async (returnTo) => {
      const { admin } = await stage.people('admin')
      const path = `/sign-in?${new URLSearchParams({ returnTo }).toString()}`
      const { page, outside } = await stage.open(admin, path)
      await page.getByRole('heading', { name: 'API keys' }).waitFor()
      expect(new URL(page.url()).origin).toBe(stage.url)
      expect(outside).toEqual([])
    },
  )
})
