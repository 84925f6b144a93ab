import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorDialect } from '@mintmark/core'
import { describeWithProgram, findCaddy, findNginx } from '../packages/server/src/testing/find-program.ts'
import { startEchoBackend } from './testing/echo-backend.ts'
import { startCaddy, startNginx, type Behind, type Gateway } from './testing/gateway.ts'
import { startIngress } from './testing/ingress.ts'
import { setGatewayStage, type GatewayStage } from './testing/gateway-stage.ts'
import { plainRequest, type PlainAnswer, type PlainRequest } from './testing/plain-request.ts'

type Kind = {
  readonly find: () => string | undefined
  readonly start: (behind: Behind) => Promise<Gateway>
  /** What clients get while Mintmark does not answer. */
  readonly unavailable: readonly number[]
}

const kinds: Readonly<Record<string, Kind>> = {
  nginx: { find: findNginx, start: startNginx, unavailable: [503] },
  Caddy: { find: findCaddy, start: startCaddy, unavailable: [502, 504] },
  'ingress-nginx': { find: findNginx, start: startIngress, unavailable: [503] },
}

const stranger = 'mk_live_00000000000000000000000000000000000000'

/** A refusal without what differs from one answer to the next. */
function essence({ status, headers, text }: PlainAnswer): unknown {
  const told = ['content-type', 'www-authenticate', 'cache-control', 'retry-after', 'x-ratelimit-limit']
  return {
    status,
    headers: Object.fromEntries(told.map((name) => [name, headers[name]])),
    text: text.replace(/req_[0-9a-z]+/, 'req'),
  }
}

for (const [name, kind] of Object.entries(kinds)) {
  for (const dialect of ['problem', 'error'] as const) {
    describeWithProgram(name, kind.find, `behind ${name}, in the dialect ${dialect}`, () => gatewaySuite(kind, dialect))
  }
}

function gatewaySuite({ start, unavailable }: Kind, dialect: ErrorDialect): void {
  let stage: GatewayStage
  let admin: string
  let viewer: string

  beforeAll(async () => {
    stage = await setGatewayStage(start, dialect)
    admin = (await stage.mint()).key
    viewer = (await stage.mint({ role: 'viewer' })).key
  })
  afterAll(() => stage.remove())

  /** Throws where the service saw any of it. */
  async function turnedAway(request: PlainRequest & { readonly key?: string }): Promise<PlainAnswer> {
    const before = stage.backend.seen.length
    const answer = await stage.ask(request)
    expect(stage.backend.seen.slice(before)).toEqual([])
    return answer
  }

  describe('an accepted request', () => {
    test('reaches the service whole, with who sent it in place of the credential', async () => {
      const { key, id } = await stage.mint({ role: 'viewer' })
      const { echo } = await stage.accepted({
        key,
        target: '/sites/a%20b?q=1&permission=none',
        headers: { 'X-Own': 'kept' },
      })
      expect(echo).toMatchObject({ method: 'GET', target: '/sites/a%20b?q=1&permission=none' })
      expect(echo.headers).toMatchObject({
        'x-own': 'kept',
        'x-mintmark-key-id': id,
        'x-mintmark-organization-id': stage.organizationId,
        'x-mintmark-environment': 'live',
        'x-mintmark-role': 'viewer',
        'x-mintmark-permissions': 'sites:read',
      })
      expect(JSON.stringify(echo)).not.toContain(key)
      const { echo: bearing } = await stage.accepted({ target: '/sites', headers: { Authorization: `Bearer ${key}` } })
      expect(JSON.stringify(bearing)).not.toContain(key)
    })

    test.each([
      ['POST', false],
      ['PUT', true],
      ['DELETE', false],
    ])('keeps its method and its body: %s, chunked %s', async (method, isChunked) => {
      const body = randomBytes(900_000)
      const { echo } = await stage.accepted({ key: admin, method, target: '/sites/1', body, isChunked })
      expect(echo).toMatchObject({ method, target: '/sites/1', bodyBytes: body.length })
      expect(echo.bodySha256).toBe(createHash('sha256').update(body).digest('hex'))
    })

    test('says what is left of the limit, and a HEAD says the same', async () => {
      const { key } = await stage.mint({ rateLimit: { limit: 7, windowSeconds: 60 } })
      const { answer } = await stage.accepted({ key, target: '/sites' })
      expect(answer.headers).toMatchObject({
        'x-ratelimit-limit': '7',
        'x-ratelimit-remaining': '6',
        'x-ratelimit-reset': '60',
        ratelimit: '"default";r=6;t=60',
        'ratelimit-policy': '"default";q=7;w=60',
      })
      const head = await stage.ask({ key, method: 'HEAD', target: '/sites' })
      expect(head).toMatchObject({ status: 200, text: '', headers: { 'x-ratelimit-remaining': '5' } })
    })

    test('may come with a session token, which has no limit', async () => {
      const { organizationId } = stage
      await stage.operate(200, 'PUT', `/v1/organizations/${organizationId}/members/ada`, { role: 'admin' })
      const { token } = await stage.operate(201, 'POST', '/v1/sessions', { organizationId, userId: 'ada' })
      const { answer, echo } = await stage.accepted({ target: '/sites', headers: { Authorization: `Bearer ${token}` } })
      expect(echo.headers).toMatchObject({ 'x-mintmark-user-id': 'ada', 'x-mintmark-role': 'admin' })
      expect(echo.headers['x-mintmark-key-id'] ?? '').toBe('')
      expect(Object.keys(answer.headers).filter((each) => each.includes('ratelimit'))).toEqual([])
    })

    test.each([400, 401, 403, 404, 429, 500, 502, 503])('is answered by the service itself: %i', async (status) => {
      const answer = await stage.ask({ key: admin, target: '/sites', headers: { 'X-Answer': `${status}` } })
      expect(answer.status).toBe(status)
      expect(JSON.parse(answer.text)).toMatchObject({ target: '/sites' })
    })
  })

  describe('a refusal', () => {
    const refused: readonly (readonly [string, () => PlainRequest & { key?: string }])[] = [
      ['no credential', () => ({ target: '/sites' })],
      ['a key that nobody minted', () => ({ target: '/sites', key: stranger })],
      ['two credentials', () => ({ target: '/sites', key: admin, headers: { Authorization: `Bearer ${viewer}` } })],
      ['a permission that is missing', () => ({ method: 'POST', target: '/sites', key: viewer })],
      ['the same, with a body', () => ({ method: 'POST', target: '/sites', key: viewer, body: 'x'.repeat(100_000) })],
      ['no credential, with a body', () => ({ method: 'PUT', target: '/sites', body: 'x', isChunked: true })],
    ]
    test.each(refused)('is Mintmark’s own, to the byte: %s', async (_, request) => {
      const { key, headers = {}, method = 'GET', ...rest } = request()
      const permission = method === 'GET' ? 'sites:read' : 'sites:write'
      const own = await plainRequest(stage.installation.url, {
        target: `/v1/forward-auth?permission=${permission}`,
        headers: { ...(key !== undefined && { 'X-API-Key': key }), ...headers },
      })
      expect([400, 401, 403]).toContain(own.status)
      const passedOn = await turnedAway({ ...rest, method, headers, ...(key !== undefined && { key }) })
      expect(essence(passedOn)).toEqual(essence(own))
    })

    test('of a key that was revoked comes with the next request', async () => {
      const { key, id } = await stage.mint()
      await stage.accepted({ key, target: '/sites' })
      await stage.operate(200, 'POST', `/v1/api-keys/${id}/revoke`, {})
      const answer = await turnedAway({ key, target: '/sites' })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="mintmark", error="invalid_token"')
    })

    test('by the limit is a 429 that says when to come again, and costs nothing', async () => {
      const { key } = await stage.mint({ role: 'viewer', rateLimit: { limit: 3, windowSeconds: 60 } })
      const remaining: (string | undefined)[] = []
      for (const method of ['GET', 'POST', 'GET']) {
        const answer = await stage.ask({ key, method, target: '/sites' })
        expect(answer.status).toBe(method === 'GET' ? 200 : 403)
        remaining.push(answer.headers['x-ratelimit-remaining'])
      }
      expect(remaining).toEqual(['2', '1', '0'])
      for (const method of ['GET', 'POST']) {
        const answer = await turnedAway({ key, method, target: '/sites', ...(method === 'POST' && { body: 'x' }) })
        expect(answer.status).toBe(429)
        expect(answer.headers).toMatchObject({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '0' })
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
        expect(answer.text).toContain('again')
      }
    })

    test('is never another request’s, however many there are at once', async () => {
      const { key } = await stage.mint({ rateLimit: { limit: 1, windowSeconds: 60 } })
      await stage.accepted({ key, target: '/sites' })
      const asked = [
        [{ key: admin, target: '/sites' }, 200],
        [{ key: viewer, target: '/sites', method: 'POST' }, 403],
        [{ key: stranger, target: '/sites' }, 401],
        [{ key, target: '/sites' }, 429],
      ] as const
      const many = Array.from({ length: 300 }, (_, index) => asked[index % asked.length] ?? asked[0])
      // A gateway's faults of this kind come as its connections do: in several bursts more surely than in one.
      for (let burst = 0; burst < 4; burst++) {
        const answers = await Promise.all(
          many.map(async ([request, expected]) => ({ expected, ...(await stage.ask(request)) })),
        )
        expect(answers.filter(({ expected, status }) => status !== expected)).toEqual([])
      }
    })
  })

  describe('a client', () => {
    test('cannot say who he is', async () => {
      const { key, id } = await stage.mint({ role: 'viewer' })
      const names = ['Key-Id', 'Organization-Id', 'Project-Id', 'Environment', 'User-Id', 'Role', 'Permissions']
      const made = Object.fromEntries(
        names.flatMap((each) => [`X-Mintmark-${each}`, `x_mintmark_${each}`].map((spelt) => [spelt, 'made-up'])),
      )
      const { echo } = await stage.accepted({ key, target: '/sites', headers: made })
      expect(echo.headers).toMatchObject({ 'x-mintmark-key-id': id, 'x-mintmark-role': 'viewer' })
      expect(JSON.stringify(echo)).not.toContain('made-up')
    })

    test('cannot say where he is', async () => {
      const near = await stage.mint({ ipAllowlist: ['127.0.0.1/32'] })
      const far = await stage.mint({ ipAllowlist: ['192.0.2.0/24'] })
      const headers = { 'X-Forwarded-For': '192.0.2.7', 'X-Real-IP': '192.0.2.7', Forwarded: 'for=192.0.2.7' }
      await stage.accepted({ key: near.key, target: '/sites', headers })
      const answer = await turnedAway({ key: far.key, target: '/sites', headers })
      expect(answer.status).toBe(403)
    })

    test.each([
      '/',
      '/sitesx',
      '/other/sites',
      '/_mintmark/ask',
      '/_mintmark/refusal',
      '/v1/forward-auth',
      '/admin?/sites',
      '/sites%3f/../admin',
      '/.well-known/security.txt',
    ])('finds nothing at %s, which nobody listed', async (target) => {
      const answer = await turnedAway({ key: admin, target })
      expect([400, 404]).toContain(answer.status)
    })

    test.each([
      '//sites',
      '/sites//1',
      '/sites/../admin',
      '/sites/..%2fadmin',
      '/sites/%2E%2e/admin',
      '/sites/%2e',
      '/sites/.',
      '/admin/..;/sites',
      '/sites/%5c..%5cadmin',
      '/sites\\..\\admin',
      '/%2fsites',
      '/sites/..',
    ])('is refused the path %s, that could be read in two ways', async (target) => {
      expect((await turnedAway({ key: admin, target })).status).toBe(400)
    })

    const spellings = ['/sites', '/sites/', '/Sites', '/SITES/1', '/%73ites', '/sit%65s/1', '/sites;x', '/sites/1;a=b']
    const odd = [
      '/sites%00',
      '/sites%0a',
      '/sites%2f',
      '/sites%252f..',
      '/sites?%2e%2e/',
      '//sites',
      '/./sites',
      '/x/../sites',
    ]
    test('reaches no spelling of a path without the right to it', async () => {
      for (const target of [...spellings, ...odd]) {
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PATCH', 'DELETE', 'PURGE']) {
          const anonymous = await turnedAway({ method, target })
          expect([400, 401, 404, 405], `${method} ${target}`).toContain(anonymous.status)
          if (method === 'GET' || method === 'HEAD') continue
          const reader = await turnedAway({ key: viewer, method, target })
          expect([400, 403, 404, 405], `${method} ${target}`).toContain(reader.status)
        }
      }
    })
  })

  test('while Mintmark does not answer nobody gets in, and afterwards it is as before', async () => {
    const [node] = stage.installation.nodes
    const turnAwayAll = async () => {
      const before = stage.backend.seen.length
      const requests = [{ key: admin }, { key: admin, method: 'POST', body: 'x' }, {}]
      const answers = await Promise.all(requests.map((request) => stage.ask({ ...request, target: '/sites' })))
      for (const { status } of answers) expect(unavailable).toContain(status)
      expect(stage.backend.seen.slice(before)).toEqual([])
    }
    node?.pause()
    await turnAwayAll()
    node?.resume()
    await stage.accepted({ key: admin, target: '/sites' })
    await node?.stop()
    await turnAwayAll()
    await node?.start()
    await expect
      .poll(() => stage.ask({ key: admin, target: '/sites' }), { timeout: 10_000 })
      .toMatchObject({ status: 200 })
  })
}

describeWithProgram('nginx', findNginx, 'the page on nginx', () => {
  test('keeps a key of one project out of another', async () => {
    const stage = await setGatewayStage(startNginx, 'reason')
    try {
      for (const id of ['web', 'app']) await stage.operate(201, 'POST', '/v1/projects', { id, name: id })
      const { key } = await stage.mint({ scope: 'project', projectId: 'web' })
      const { echo } = await stage.accepted({ key, target: '/projects/web/sites' })
      expect(echo.headers['x-mintmark-project-id']).toBe('web')
      const other = await stage.ask({ key, target: '/projects/app/sites' })
      expect(other.status).toBe(403)
      expect(JSON.parse(other.text)).toMatchObject({ reason: 'scope_violation' })
      for (const target of ['/projects/web%26projectId=app/sites', '/projects/web&projectId=app/sites']) {
        expect((await stage.ask({ key, target })).status).toBe(404)
      }
    } finally {
      await stage.remove()
    }
  })
})

describe.each([
  ['nginx', findNginx, startNginx, 'set $mintmark_demand permission=$sites_permission;'],
  ['Caddy', findCaddy, startCaddy, /\t+vars .*mintmark_permission.*\n/g],
] as const)('behind %s', (name, find, start, demand) => {
  describeWithProgram(name, find, 'a location that forgets to say what it demands', () => {
    test('is refused', async () => {
      const stage = await setGatewayStage((behind) => start(behind, (text) => text.replaceAll(demand, '')), 'reason')
      try {
        const { key } = await stage.mint()
        const answer = await stage.ask({ key, target: '/sites' })
        expect(answer.status).toBe(400)
        expect(stage.backend.seen).toEqual([])
      } finally {
        await stage.remove()
      }
    })
  })
})

describeWithProgram('Caddy', findCaddy, 'the page on Caddy', () => {
  test('takes nobody else’s answer for Mintmark’s', async () => {
    const [impostor, backend] = [await startEchoBackend(), await startEchoBackend()]
    const gateway = await startCaddy({
      mintmarkUrl: `http://127.0.0.1:${impostor.port}`,
      backendPort: backend.port,
    })
    try {
      await plainRequest(gateway.url, { target: '/sites', headers: { 'X-API-Key': stranger } })
      expect(impostor.seen).toHaveLength(1)
      expect(backend.seen).toEqual([])
    } finally {
      await gateway.remove()
      await impostor.close()
      await backend.close()
    }
  })
})
