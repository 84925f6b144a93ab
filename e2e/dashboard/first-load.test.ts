import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithProgram, findChromium } from '../../packages/server/src/testing/find-program.ts'
import { DashboardStage } from '../testing/dashboard-stage.ts'

const mostBytes = 250_000
const built = join(import.meta.dirname, '..', '..', 'packages', 'server', 'dist', 'dashboard', 'files')

describeWithProgram('Chromium', findChromium, 'what the dashboard loads', () => {
  let stage: DashboardStage
  beforeAll(async () => {
    stage = await DashboardStage.start()
  })
  afterEach(() => stage.closePages())
  afterAll(() => stage.remove())

  test('at first, up to the list of keys, is small', async () => {
    const { admin } = await stage.people('admin')
    const { page } = await stage.open(null, '/sign-in')
    await stage.signIn(page, admin)
    const loaded = new Set<string>()
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (pathname.startsWith('/files/')) loaded.add(pathname.slice('/files/'.length))
    })
    await page.goto(`${stage.url}/settings/developer/api-keys`)
    await page.getByText('No keys yet').waitFor()
    const sizeOf = (name: string): number => {
      const file = readFileSync(join(built, name))
      return name.endsWith('.woff2') ? file.length : gzipSync(file).length
    }
    const sum = (names: readonly string[]): number => names.reduce((bytes, name) => bytes + sizeOf(name), 0)
    expect(loaded.size).toBeGreaterThan(3)
    expect([...loaded].filter((name) => name.endsWith('.woff2'))).toHaveLength(1)
    expect(sum([...loaded])).toBeLessThan(mostBytes)
  })

  test('is kept for ever by its name, compressed as the browser wants it, and the page itself never', async () => {
    const html = await fetch(`${stage.url}/sign-in`)
    expect(html.headers.get('cache-control')).toBe('no-store')
    const [, name = ''] = /src="(\/files\/[^"]+\.js)"/.exec(await html.text()) ?? []
    const file = await fetch(`${stage.url}${name}`, { headers: { 'accept-encoding': 'gzip;q=0, br' } })
    expect(file.status).toBe(200)
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(file.headers.get('content-encoding')).toBe('br')
    expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const plain = await fetch(`${stage.url}${name}`, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(await file.text())
  })

  test.each(['/files/none.js', '/files/..%2f..%2findex.html', '/files/index.html', '/v1/nowhere', '/auth/sign-out'])(
    '%s is no page',
    async (path) => {
      const answer = await fetch(`${stage.url}${path}`, { headers: { accept: 'text/html' } })
      expect([401, 404, 405]).toContain(answer.status)
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    },
  )

  test('tells a browser by a page that nothing is there, and a program by an error', async () => {
    const { page } = await stage.open(null, '/sign-in')
    const answer = await page.goto(`${stage.url}/nowhere`)
    expect([answer?.status(), answer?.headers()['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect((await page.goto(`${stage.url}/sign-in/`))?.status()).toBe(404)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const told = await fetch(`${stage.url}/nowhere`)
    expect([told.status, told.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8'])
  })

  test('lets no script in that the page did not name, nobody frame it, and nothing out', async () => {
    const answers = await Promise.all([1, 2].map(() => fetch(`${stage.url}/settings/developer/api-keys`)))
    const policies = answers.map(({ headers }) => headers.get('content-security-policy') ?? '')
    const [nonce, other] = policies.map((policy) => /'nonce-([^']+)'/.exec(policy)?.[1])
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(nonce).not.toBe(other)
    expect(policies[0]?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'nonce-${nonce}' 'strict-dynamic'`,
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
    expect(answers[0]?.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answers[0]?.headers.get('referrer-policy')).toBe('no-referrer')
    expect(await answers[0]?.text()).not.toMatch(/https?:\/\//)
  })

  test('has no source maps, no secrets, and nothing of this machine in it', () => {
    const names = readdirSync(built)
    expect(names.filter((name) => !/\.(?:js|css|woff2)$/.test(name))).toEqual([])
    for (const name of names.filter((name) => !name.endsWith('.woff2'))) {
      const text = readFileSync(join(built, name), 'utf8')
      expect(text, name).not.toMatch(/sourceMappingURL|mm[os]_[A-Za-z0-9]{20}|mk_(?:live|test)_[A-Za-z0-9]{20}/)
      expect(text, name).not.toContain(join(import.meta.dirname, '..', '..'))
    }
  })
})
