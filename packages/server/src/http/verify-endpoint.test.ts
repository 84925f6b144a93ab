import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseContract } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../engine/engine.ts'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'
import { createEmbeddedEngine, createTestClock } from '../testing/embedded-engine.ts'
import { startLane } from '../testing/lane-server.ts'
import { rawRequest } from '../testing/raw-http.ts'
import { contract, openScene, post, reasonOf, remaining, type Open, type Scene } from '../testing/verify-scene.ts'

const open: Open = []
let scene: Scene

beforeEach(async () => {
  scene = await openScene(open)
})

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

describe('POST /v1/verify', () => {
  it('answers what the engine decides, in ASCII, with a request id', async () => {
    const answer = await post(scene, { key: scene.key, permission: 'projects:read' })
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
    expect(text).toMatch(/^[\x20-\x7e]+$/)
    const expected = await scene.engine.verify({ key: scene.key, permission: 'projects:read', cost: 0 })
    expect(JSON.parse(text)).toEqual(expected)
    expect(expected.key?.name).toBe('Zoë ✓')
  })

  it.each([
    ['a key with every permission asked for', { permission: { all: ['projects:read', 'users:read'] } }, 200, null],
    ['a key with one of them', { permission: { any: ['sites:write', 'users:read'] } }, 200, null],
    ['a permission that it lacks', { permission: 'sites:read' }, 403, 'forbidden'],
    ['a role that it has not', { roles: ['admin'] }, 403, 'forbidden'],
    ['its environment', { environment: 'live' }, 200, null],
    ['the other environment', { environment: 'test' }, 403, 'forbidden'],
    ['a project, which an organization key may name', { projectId: 'p1', organizationWide: false }, 200, null],
    ['a client address', { clientIp: '2001:db8::1', cost: 5 }, 200, null],
  ])('judges %s', async (_what, demand, status, reason) => {
    const answer = await post(scene, { key: scene.key, ...demand })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ valid: status === 200, status, reason })
  })

  it('judges a session, an unknown key, and a text of any length', async () => {
    await scene.engine.members.sync(scene.host, 'acme', 'ada', { role: 'admin' })
    const session = await scene.engine.sessions.create(scene.host, { organizationId: 'acme', userId: 'ada' }, null)
    const judged = await (await post(scene, { key: session.value.token, permission: 'sites:write' })).json()
    expect(judged).toMatchObject({ valid: true, key: null, session: { userId: 'ada' }, rateLimit: null })
    for (const key of ['', 'mk_live_x', 'k'.repeat(60_000), scene.operator]) {
      expect(await (await post(scene, { key })).json()).toMatchObject({
        valid: false,
        status: 401,
        reason: 'invalid_key',
        key: null,
      })
    }
  })

  it('refuses beyond the window with what there is to know, and still answers 200', async () => {
    for (let spent = 0; spent < 5; spent++) await post(scene, { key: scene.key })
    const refused = await post(scene, { key: scene.key })
    expect(refused.status).toBe(200)
    expect(refused.headers.get('retry-after')).toBeNull()
    expect(await refused.json()).toMatchObject({
      valid: false,
      status: 429,
      reason: 'rate_limit',
      message: 'Too many requests. Try again in 60 seconds.',
      key: { name: 'Zoë ✓' },
      rateLimit: { limit: 5, remaining: 0, resetSeconds: 60, retryAfterSeconds: 60, windowSeconds: 60 },
    })
  })

  it('takes an operator key that can do nothing but verify, in either header', async () => {
    expect((await post(scene, { key: scene.key }, { credential: scene.onlyVerify })).status).toBe(200)
    expect(
      (await post(scene, { key: scene.key }, { credential: null, headers: { 'X-API-Key': scene.operator } })).status,
    ).toBe(200)
  })

  it.each<[string, Record<string, string>, keyof Pick<Scene, 'operator' | 'onlyVerify'>, [number, string] | null]>([
    ['in an organization', { 'Mintmark-Organization': 'acme' }, 'operator', null],
    ['in none that there is', { 'Mintmark-Organization': 'other' }, 'operator', [404, 'not_found']],
    [
      'on behalf of an administrator, with whose rights nobody verifies',
      { 'Mintmark-Organization': 'acme', 'Mintmark-User': 'ada' },
      'operator',
      [403, 'forbidden'],
    ],
    ['for nobody', { 'Mintmark-Organization': 'acme', 'Mintmark-User': 'bo' }, 'operator', [404, 'not_found']],
    ['for somebody nowhere', { 'Mintmark-User': 'ada' }, 'operator', [400, 'invalid_request']],
    ['in what is no id', { 'Mintmark-Organization': '../x' }, 'operator', [400, 'invalid_request']],
    ['though it can only verify', { 'Mintmark-Organization': 'acme' }, 'onlyVerify', [403, 'forbidden']],
  ])('takes an operator key that acts %s as a batch does', async (_, headers, credential, refused) => {
    await scene.engine.members.sync(scene.host, 'acme', 'ada', { role: 'admin' })
    const answer = await post(scene, { key: scene.key }, { headers, credential: scene[credential] })
    if (refused === null) expect(await answer.json()).toMatchObject({ valid: true })
    else expect(await reasonOf(answer)).toEqual(refused)
    expect(remaining(scene)).toBe(refused === null ? 4 : 5)
  })

  it('is asked for by its path, whatever a query says', async () => {
    const url = `http://127.0.0.1:${scene.lane.port}/v1/verify?key=${scene.operator}`
    expect((await fetch(url, { method: 'POST' })).status).toBe(401)
  })

  it('leaves everything else to the framework', async () => {
    const { port } = scene.lane
    const others = [
      ['GET', '/v1/verify'],
      ['POST', '/v1/verify/'],
      ['POST', '/v1/verify-batch?/v1/verify'],
      ['POST', '/v1/verify/batch'],
    ]
    for (const [method = '', path = ''] of others) {
      expect((await fetch(`http://127.0.0.1:${port}${path}`, { method })).status).toBe(299)
    }
  })
})

describe('who may ask', () => {
  it('refuses nobody, garbage, sessions and tenants', async () => {
    expect(await reasonOf(await post(scene, {}, { credential: null }))).toEqual([401, 'missing_key'])
    const nobody = await post(scene, {}, { credential: null })
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer realm="mintmark"')
    const garbage = await post(scene, { key: scene.key }, { credential: 'mmo_garbage' })
    expect(garbage.headers.get('www-authenticate')).toBe('Bearer realm="mintmark", error="invalid_token"')
    expect(await reasonOf(garbage)).toEqual([401, 'invalid_key'])
    expect(remaining(scene)).toBe(5)
  })

  it('lets a tenant pay for asking, and tells him his limit', async () => {
    const refused = await post(scene, { key: scene.key }, { credential: scene.key })
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('4')
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="mintmark", error="insufficient_scope"')
    expect(await reasonOf(refused)).toEqual([403, 'forbidden'])
    for (let spent = 0; spent < 4; spent++) await post(scene, {}, { credential: scene.key })
    const limited = await post(scene, {}, { credential: scene.key })
    expect(limited.headers.get('retry-after')).toBe('60')
    expect(await reasonOf(limited)).toEqual([429, 'rate_limit'])
  })

  it('refuses an operator from the moment he is revoked, on a connection that has known him', async () => {
    const body = JSON.stringify({ key: scene.key })
    const headers = [`Authorization: Bearer ${scene.operator}`, 'Content-Type: application/json']
    const request = rawRequest('POST /v1/verify', [...headers, `Content-Length: ${body.length}`], body)
    let isRevoked: Promise<unknown> | null = null
    const socket = connect(scene.lane.port, '127.0.0.1')
    let text = ''
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
        if (text.includes('"valid":true') && isRevoked === null) {
          isRevoked = scene.engine.operatorKeys
            .revoke(scene.host, scene.operatorId, null)
            .then(() => socket.write(request))
        }
        if (text.includes('key_revoked')) resolve()
      })
      socket.write(request)
    })
    socket.destroy()
    expect(text).toContain('HTTP/1.1 401')
    expect(remaining(scene)).toBe(4)
  })

  it('finds an operator under the previous pepper', async () => {
    const [previous, current] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-lane-'))
    const file = join(directory, 'mintmark.db')
    const before = await openScene(open, { file, peppers: { current: previous, previous: null } })
    for (const one of open.splice(-2)) await one.close()
    const after = await createEmbeddedEngine({
      contract,
      clock: createTestClock(),
      file,
      peppers: { current, previous },
    })
    const lane = await startLane(after.engine, contract)
    open.push(lane, after)
    const answer = await post({ ...before, ...after, lane }, { key: before.key })
    expect(await answer.json()).toMatchObject({ valid: true })
    rmSync(directory, { recursive: true })
  })
})

describe('when it cannot be decided', () => {
  async function startBroken(judge: Engine['judge']): Promise<Scene> {
    const lane = await startLane({ ...scene.engine, judge }, contract)
    open.push(lane)
    return { ...scene, lane }
  }

  it('says 503 and when to come again, whether the store throws or rejects', async () => {
    const away = new StoreUnavailable('windows')
    const judges: Engine['judge'][] = [
      () => {
        throw away
      },
      () => Promise.reject(away),
    ]
    for (const judge of judges) {
      const answer = await post(await startBroken(judge), { key: scene.key })
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(await reasonOf(answer)).toEqual([503, 'unavailable'])
    }
  })

  it('says 500 without a detail, and logs the fault', async () => {
    const broken = await startBroken(() => {
      throw new Error('secret detail')
    })
    const answer = await post(broken, { key: scene.key })
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(text).not.toContain('secret detail')
    expect(broken.lane.failures).toEqual([new Error('secret detail')])
  })
})

describe('where the authority is another machine', () => {
  /** Answers later, and remembers which look-ups were under way together. */
  async function openRemote(): Promise<{ remote: Scene; turns: number[] }> {
    const turns: number[] = []
    let isRemote = false
    let inTurn = 0
    const remote = await openScene(open, {
      wrapDirectory: (directory) => ({
        findSession: (digest) => directory.findSession(digest),
        markFirstUse: (secretNumber) => directory.markFirstUse(secretNumber),
        async findKey(digest) {
          if (!isRemote) return directory.findKey(digest)
          inTurn += 1
          await new Promise(setImmediate)
          if (inTurn > 0) turns.push(inTurn)
          inTurn = 0
          return directory.findKey(digest)
        },
      }),
    })
    isRemote = true
    return { remote, turns }
  }

  it('looks up operator and key in one round trip', async () => {
    const { remote, turns } = await openRemote()
    expect(await (await post(remote, { key: remote.key })).json()).toMatchObject({ valid: true })
    expect(turns).toEqual([2])
  })

  it('neither spends nor tells anything of the key for an operator who is none', async () => {
    const { remote } = await openRemote()
    await remote.engine.operatorKeys.revoke(remote.host, remote.operatorId, null)
    expect(await reasonOf(await post(remote, { key: remote.key }))).toEqual([401, 'key_revoked'])
    expect(remaining(remote)).toBe(5)
  })

  it('tells of the operator before the body', async () => {
    const { remote } = await openRemote()
    expect(await reasonOf(await post(remote, '{'))).toEqual([400, 'invalid_request'])
    await remote.engine.operatorKeys.revoke(remote.host, remote.operatorId, null)
    expect(await reasonOf(await post(remote, '{'))).toEqual([401, 'key_revoked'])
  })
})

it('uses the sentences of the contract', async () => {
  const { contract: spoken } = parseContract({ messages: { invalid_key: 'Né: unknown key.' } })
  const lane = await startLane(scene.engine, spoken ?? contract)
  open.push(lane)
  const answer = await post({ ...scene, lane }, { key: 'x' })
  expect(await answer.json()).toMatchObject({ reason: 'invalid_key', message: 'Né: unknown key.' })
})
