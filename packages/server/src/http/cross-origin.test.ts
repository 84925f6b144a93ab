import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'

const allowed = 'https://app.example.com'

describeOnBothStorages('pages of other origins', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let token: string
  beforeAll(async () => {
    mintmark = await open({ allowedOrigins: [allowed] })
    acme = await mintmark.organization()
    const body = { organizationId: acme.id, userId: 'admin' }
    token = (await mintmark.operator.post('/v1/sessions', body)).body.token
  })

  const ask = (method: string, path: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${mintmark.url}${path}`, { method, headers })

  test('that are allowed may ask, and read what they need', async () => {
    const preflight = await ask('OPTIONS', '/v1/api-keys', {
      origin: allowed,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization')
    for (const [path, authorization, status] of [
      ['/v1/me', `Bearer ${token}`, 200],
      ['/v1/me', 'Bearer nonsense', 401],
      ['/v1/nowhere', `Bearer ${token}`, 404],
    ] as const) {
      const answer = await ask('GET', path, { origin: allowed, authorization })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
      expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id')
      expect(answer.headers.get('vary')).toContain('Origin')
    }
  })

  test.each(['https://app.example.com.evil.test', 'https://evil.test', 'http://app.example.com', 'null', '*'])(
    '%s is told nothing',
    async (origin) => {
      for (const [method, headers] of [
        ['OPTIONS', { 'access-control-request-method': 'GET' }],
        ['GET', { authorization: `Bearer ${token}` }],
      ] as const) {
        const answer = await ask(method, '/v1/me', { origin, ...headers })
        expect(names(answer)).toEqual([])
        expect(answer.headers.get('vary')).toContain('Origin')
      }
    },
  )

  test('nobody’s cookies are asked for, and nothing but the interface is opened', async () => {
    const answer = await ask('GET', '/v1/me', { origin: allowed, authorization: `Bearer ${token}` })
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    for (const path of ['/auth/config', '/openapi.json', '/readyz', '/sign-in']) {
      expect(names(await ask('GET', path, { origin: allowed }))).toEqual([])
    }
  })
})

describe('without any allowed', () => {
  describeOnBothStorages('pages of other origins', (open) => {
    test('are told nothing', async () => {
      const { url } = await open()
      const headers = { origin: allowed, 'access-control-request-method': 'GET' }
      expect(names(await fetch(`${url}/v1/me`, { method: 'OPTIONS', headers }))).toEqual([])
    })
  })
})

function names(answer: Response): readonly string[] {
  return [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
}
