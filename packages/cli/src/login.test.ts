import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig, serve, type Served } from '@mintmark/server'
import { runCli } from './cli.ts'

let directory: string
let env: Record<string, string>
let served: Served

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-cli-'))
  env = {
    MINTMARK_DATA_DIR: join(directory, 'data'),
    MINTMARK_PORT: '0',
    MINTMARK_PROFILES: join(directory, 'profiles.json'),
  }
  served = await serve(readConfig(env))
})
afterEach(async () => {
  await served.drain()
  rmSync(directory, { recursive: true })
})

type Page = { cookie: string }

async function ask(page: Page, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${served.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: served.url, cookie: page.cookie },
    body: JSON.stringify(body),
  })
  page.cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? page.cookie
  expect([path, answer.status < 300]).toEqual([path, true])
  return answer.status === 204 ? null : answer.json()
}

async function run(args: readonly string[], onWords: (words: string) => void = () => {}) {
  let [stdout, stderr] = ['', '']
  const exitCode = await runCli(args, {
    env,
    stdin: Readable.from([]),
    stdout: { write: (text: string) => (stdout += text) },
    stderr: {
      write: (text: string) => {
        stderr += text
        onWords(text)
      },
    },
  })
  return { exitCode, stdout, stderr }
}

test(
  'a person who was given the link that the start printed signs in at the command line by his browser',
  { timeout: 60_000 },
  async () => {
    const token = /\/set-up#token=(mml_\w+)$/.exec(served.setUpLink ?? '')?.[1]
    expect(served.setUpLink).toContain(served.url)
    const page: Page = { cookie: '' }
    const person = { name: 'Ada', email: 'ada@example.com', password: 'umbrella velvet canyon 7' }
    const made = await ask(page, '/auth/set-up', { token, organizationName: 'Acme', ...person })
    const { organizationId } = made as { organizationId: string }
    let approval: Promise<unknown> = Promise.resolve()
    const signedIn = await run(['login', '--server', served.url], (words) => {
      const userCode = /type ([A-Z]{4}-[A-Z]{4})/.exec(words)?.[1]
      if (userCode !== undefined) approval = ask(page, '/auth/device/approve', { userCode, organizationId })
    })
    await approval
    expect(signedIn).toMatchObject({ exitCode: 0, stdout: '' })
    expect(signedIn.stderr).toContain(`Signed in to ${organizationId} until `)
    expect(signedIn.stderr).not.toContain('mms_')
    const file = join(directory, 'profiles.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toMatch(/"apiKey": "mms_\w{38}"/)
    const me = await run(['me', '--json'])
    expect(JSON.parse(me.stdout)).toMatchObject({ organizationId, role: 'admin' })
    const sessions = await fetch(`${served.url}/auth/sessions`, { headers: { cookie: page.cookie } })
    expect(await sessions.text()).toContain('"userAgent":"mintmark login"')
    const config = await fetch(`${served.url}/auth/config`)
    expect(await config.json()).toMatchObject({ setUp: true })
    // There is somebody: a set-up link would make nobody.
    expect(await run(['setup-link'])).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await run(['setup-link', '--without-second-factor'])).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await run(['setup-link', '--reset', person.email, '--without-second-factor'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('There is no second factor.'),
    })
    const reset = await run(['setup-link', '--reset', person.email])
    expect(reset.stdout).toMatch(/\/reset-password#token=mml_\w{38}\n$/)
    expect((await run(['setup-link', '--reset', 'nobody@example.com'])).exitCode).toBe(1)
  },
)

test('a network that fails while somebody looks for his browser is asked again', { timeout: 30_000 }, async () => {
  const approved = {
    status: 'approved',
    token: 'mms_fake',
    organizationId: 'acme',
    expiresAt: '2026-11-21T10:00:00.000Z',
  }
  const begun = { deviceCode: 'x', userCode: 'BCDF-GHJK', verificationUri: '/device', expiresInSeconds: 60 }
  const polls: number[] = []
  const server = createServer((request, response) => {
    const isPoll = request.url === '/auth/device/token'
    if (isPoll && polls.push(performance.now()) === 1) {
      response.destroy()
      return
    }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(isPoll ? approved : { ...begun, intervalSeconds: 1 }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect(await run(['login', '--server', url])).toMatchObject({ exitCode: 0 })
    expect(polls).toHaveLength(2)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
