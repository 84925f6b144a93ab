import { describe, expect, test } from 'vitest'
import { openingInProcess } from '../testing/in-process.ts'

/** What each dialect writes of one refusal, to the byte; the id of a request is the only thing that differs. */
const dialects = {
  problem: (status: number, reason: string, title: string, message: string, faults?: object[]) =>
    JSON.stringify({
      type: `urn:mintmark:reason:${reason}`,
      title,
      status,
      reason,
      message,
      requestId: '<id>',
      ...(faults && { errors: faults }),
    }),
  reason: (_: number, reason: string, __: string, message: string) =>
    `{"reason":"${reason}","message":${JSON.stringify(message)}}`,
  error: (_: number, __: string, ___: string, message: string) => `{"error":${JSON.stringify(message)}}`,
  envelope: (_: number, reason: string, __: string, message: string) =>
    `{"success":false,"error":{"reason":"${reason}","message":${JSON.stringify(message)}}}`,
} as const

const notFound = [404, 'not_found', 'Not found', 'There is nothing here, or nothing that you may see.'] as const
const lastOne = 'This is the last active administrator. Make another one first.'
const unknown = 'This invitation is unknown, used or expired. Ask for a new one.'

describe.each(['problem', 'reason', 'error', 'envelope'] as const)('errors in the dialect %s', (dialect) => {
  const open = openingInProcess()

  test('are what the contract says, to the byte, on every route of an organization', async () => {
    const contract = { name: 'Example', errors: dialect, messages: { missing_key: 'API key is required' } }
    const mintmark = await open({ contract })
    const url = mintmark.url
    const call = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = (await response.text()).replace(/"requestId":"[^"]+"/, '"requestId":"<id>"')
      return [response.status, response.headers.get('content-type'), text]
    }
    const operator = { authorization: `Bearer ${mintmark.operatorKey}` }
    const json = { ...operator, 'content-type': 'application/json' }
    const put = async (path: string, body: object) =>
      fetch(`${url}${path}`, {
        method: path.includes('members') ? 'PUT' : 'POST',
        headers: json,
        body: JSON.stringify(body),
      })
    await put('/v1/organizations', { id: 'acme', name: 'acme' })
    for (const role of ['admin', 'engineer']) await put(`/v1/organizations/acme/members/${role}`, { role })
    const as = (userId: string) => ({ ...operator, 'mintmark-organization': 'acme', 'mintmark-user': userId })
    const type = dialect === 'problem' ? 'application/problem+json; charset=utf-8' : 'application/json; charset=utf-8'
    const is = (...refusal: Parameters<(typeof dialects)['problem']>) => [
      refusal[0],
      type,
      dialects[dialect](...refusal),
    ]

    for (const path of ['/v1/users', '/v1/projects', '/v1/search?q=x', '/v1/organization', '/v1/users/invitations']) {
      expect(await call('GET', path, {})).toEqual(is(401, 'missing_key', 'Missing key', 'API key is required'))
    }
    for (const [path, permission] of [
      ['/v1/users', 'users:read'],
      ['/v1/organization', 'organization:read'],
      ['/v1/users/invitations', 'users:read'],
    ] as const) {
      const message = `Missing ${permission} permission.`
      expect(await call('GET', path, as('engineer'))).toEqual(is(403, 'forbidden', 'Forbidden', message))
    }
    for (const path of ['/v1/users/nobody', '/v1/projects/none', '/v1/api-keys/key_0', '/v1/nowhere']) {
      expect(await call('GET', path, as('admin'))).toEqual(is(...notFound))
    }
    expect(await call('PATCH', '/v1/users/admin', as('admin'), { role: 'engineer' })).toEqual(
      is(409, 'conflict', 'Conflict', lastOne),
    )
    expect(await call('POST', '/v1/users/invitations/accept', as('admin'), { token: 'x' })).toEqual(
      is(400, 'invalid_request', 'Invalid request', unknown, [{ path: 'token', message: unknown }]),
    )
    const mint = { name: 'x', scope: 'organization' }
    const role = 'The role engineer cannot mint organization keys.'
    expect(await call('POST', '/v1/api-keys', as('engineer'), mint)).toEqual(is(403, 'forbidden', 'Forbidden', role))
    // What only the company's own backend calls is RFC 9457 under every contract.
    const [status, ownType, text] = await call('GET', '/v1/organizations/none', operator)
    expect([status, ownType, text]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
      dialects.problem(...notFound),
    ])
  })

  test('are problems for whoever asks for problems', async () => {
    const mintmark = await open({ contract: { name: 'Example', errors: dialect } })
    const asking = mintmark.client(null).with({ accept: 'application/json, application/problem+json' })
    const answer = await asking.get('/v1/users')
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.body).toMatchObject({ status: 401, reason: 'missing_key' })
    // Its gateway hands on what the company's customers asked for, who get the company's dialect all the same.
    const judged = await asking.get('/v1/forward-auth')
    const type = dialect === 'problem' ? 'application/problem+json' : 'application/json'
    expect(judged.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
  })

  test('leave successes as they are, but for an envelope', async () => {
    const mintmark = await open({ contract: { name: 'Example', errors: dialect } })
    await mintmark.operator.post('/v1/organizations', { id: 'acme', name: 'acme' })
    const project = await mintmark.operator
      .with({ 'mintmark-organization': 'acme' })
      .post('/v1/projects', { id: 'web', name: 'web' })
    const plain = { id: 'web', name: 'web', createdAt: expect.any(String), archivedAt: null }
    expect(project.body).toEqual(dialect === 'envelope' ? { success: true, data: plain } : plain)
  })
})
