import fastify from 'fastify'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { BrowserClient, goodPassword, setUpInstallation } from '../testing/browser-client.ts'
import { openingInProcess, type InProcess } from '../testing/in-process.ts'
import { describeWithPostgres, testDatabaseUrl } from '../testing/servers.ts'
import { postgresTables, sqliteTables, type Tables } from '../testing/whole-tables.ts'
import { addAuthRoutes } from './auth/all.ts'

/** A right body of everything that a page of ours, or a program, may ask to be changed. `for`: who may ask it. */
type Change = {
  readonly for: 'who is signed in' | 'who has a token' | 'who has a password' | 'anybody'
  readonly body?: object
}

const token = `mml_${'0'.repeat(38)}`
const email = 'nobody@example.com'

const changes: Readonly<Record<string, Change>> = {
  'POST /auth/set-up': {
    for: 'who has a token',
    body: { token, organizationName: 'Evil', name: 'Eve', email, password: goodPassword },
  },
  'POST /auth/sign-in': { for: 'who has a password', body: { email, password: goodPassword } },
  'POST /auth/step-up': { for: 'who is signed in', body: { password: goodPassword } },
  'POST /auth/sign-out': { for: 'anybody' },
  'POST /auth/sign-out-everywhere': { for: 'who is signed in' },
  'POST /auth/token': { for: 'who is signed in', body: { organizationId: 'acme' } },
  'DELETE /auth/sessions/:id': { for: 'who is signed in' },
  'POST /auth/password/forgot': { for: 'anybody', body: { email } },
  'POST /auth/password/reset': { for: 'who has a token', body: { token, password: goodPassword } },
  'POST /auth/password/change': {
    for: 'who is signed in',
    body: { currentPassword: goodPassword, newPassword: 'another sentence of seven' },
  },
  'POST /auth/second-factor': { for: 'who is signed in', body: { code: '123456' } },
  'POST /auth/second-factor/enrol': { for: 'who is signed in', body: { password: goodPassword } },
  'POST /auth/second-factor/confirm': { for: 'who is signed in', body: { code: '123456' } },
  'POST /auth/second-factor/disable': { for: 'who is signed in', body: { password: goodPassword } },
  'POST /auth/invitations/accept': { for: 'who has a token', body: { token, name: 'Eve', password: goodPassword } },
  'POST /auth/device': { for: 'anybody' },
  // Told what became of it: nothing.
  'POST /auth/device/token': { for: 'anybody', body: { deviceCode: token } },
  'POST /auth/device/approve': { for: 'who is signed in', body: { userCode: 'BCDF-GHJK', organizationId: 'acme' } },
  'POST /auth/device/deny': { for: 'who is signed in', body: { userCode: 'BCDF-GHJK' } },
}

const answers: Readonly<Record<Change['for'], readonly number[]>> = {
  'who is signed in': [401],
  'who has a token': [400, 401],
  'who has a password': [401],
  anybody: [200, 204],
}

/** What anybody may begin, and what is counted of whoever guesses. */
const ofAnybody: ReadonlySet<string> = new Set(['device_sign_ins', 'sign_in_failures'])

type Opened = { readonly mintmark: InProcess; readonly tables: () => Promise<Tables> }

describe('a browser that is not signed in (SQLite)', () => {
  const open = openingInProcess()
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-strangers-'))
  afterAll(() => rmSync(dataDir, { recursive: true }))
  suite(async () => ({ mintmark: await open({ dataDir }), tables: async () => sqliteTables(dataDir) }))
})

describeWithPostgres('a browser that is not signed in (PostgreSQL)', () => {
  const open = openingInProcess()
  suite(async () => {
    const databaseUrl = await testDatabaseUrl()
    return { mintmark: await open({ databaseUrl }), tables: async () => postgresTables(databaseUrl) }
  })
})

function suite(opening: () => Promise<Opened>): void {
  test('changes nothing by any route of ours, whatever it claims', async () => {
    const { mintmark, tables } = await opening()
    const { organizationId } = await setUpInstallation(mintmark)
    const claims = { userId: 'admin', organizationId, permissions: null, role: 'admin', owner: 'organization' }
    const before = without(await tables())
    for (const route of await changingRoutes(mintmark)) {
      const change = changes[route]
      if (change === undefined) throw new Error(`${route} is new: write a right body of it`)
      const [method = '', path = ''] = route.replace(':id', 'x').split(' ')
      const right = await new BrowserClient(mintmark.url).send(method, path, change.body)
      expect(answers[change.for], `${route}: ${right.status}`).toContain(right.status)
      const claimed = await new BrowserClient(mintmark.url).send(method, path, { ...change.body, ...claims })
      // Without a body that is read, claims are no part of what is asked.
      const allowed = change.body === undefined ? answers[change.for] : [400, 401]
      expect(allowed, `${route}: ${claimed.status}`).toContain(claimed.status)
      for (const answer of [right, claimed]) {
        expect(answer.text, route).not.toMatch(/mm[cs]_/)
        expect(answer.headers.getSetCookie().filter((line) => !line.includes('Max-Age=0'))).toEqual([])
      }
    }
    expect(without(await tables())).toEqual(before)
  })
}

/** As they are registered: a new one joins by itself. */
async function changingRoutes({ mintmark, url }: InProcess): Promise<readonly string[]> {
  const app = fastify()
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url: path }) => {
    if (method !== 'GET' && method !== 'HEAD') routes.push(`${String(method)} ${path}`)
  })
  addAuthRoutes(app, { engine: mintmark.engine, clientAddress: () => null, publicUrl: url })
  await app.close()
  expect(routes.toSorted()).toEqual(Object.keys(changes).toSorted())
  return routes
}

function without(tables: Tables): Tables {
  return Object.fromEntries(Object.entries(tables).filter(([name]) => !ofAnybody.has(name)))
}
