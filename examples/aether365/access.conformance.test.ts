import { promise, runningExample } from '@mintmark/example-conformance'
import { beforeAll, describe, expect } from 'vitest'

const tenantData = [
  ['GET', '/tenants/me/scans', undefined],
  ['POST', '/tenants/me/scans', { target: 'contoso.example' }],
  ['GET', '/tenants/me/api-keys', undefined],
  ['POST', '/tenants/me/api-keys', { name: 'by a key' }],
] as const
const settings = [
  ['GET', '/tenants/me/billing', undefined],
  ['PATCH', '/tenants/me/billing', { email: 'invoices@acme.example' }],
  ['GET', '/tenants/me/plan', undefined],
  ['PATCH', '/tenants/me/plan', { name: 'scale' }],
] as const

describe('Aether365: access', () => {
  const aether = runningExample('aether365')
  const keys = { admin: '', member: '' }
  const create = async (session: string): Promise<string> =>
    (await aether().call('POST', '/tenants/me/api-keys', { key: session, body: { name: 'ci' } })).body.data.key
  const call = (method: string, path: string, key: string, body?: object) =>
    aether().call(method, path, { key, ...(body !== undefined && { body }) })

  beforeAll(async () => {
    keys.admin = await create(aether().person('admin').sessionToken)
    keys.member = await create(aether().person('member').sessionToken)
  })

  promise('AE-4', 'a key reads and writes what a session token does, keys among it', async () => {
    for (const [method, path, body] of tenantData) {
      const { sessionToken } = aether().person('member')
      for (const credential of [sessionToken, keys.admin, keys.member]) {
        const answer = await call(method, path, credential, body)
        expect([method, path, answer.status, answer.body.success]).toEqual([
          method,
          path,
          expect.toBeOneOf([200, 201]),
          true,
        ])
      }
    }
  })

  promise('AE-4', 'a key ends keys, itself too', async () => {
    const made = (await call('POST', '/tenants/me/api-keys', keys.admin, { name: 'child' })).body.data
    expect((await call('GET', '/tenants/me/scans', made.key)).status).toBe(200)
    expect((await call('DELETE', `/tenants/me/api-keys/${made.id}`, made.key)).body).toEqual({
      success: true,
      data: null,
    })
    expect((await call('GET', '/tenants/me/scans', made.key)).status).toBe(401)
  })

  promise('AE-4', 'never billing or plan, of whomever the key is; a session of an admin may', async () => {
    for (const [method, path, body] of settings) {
      const admin = await call(method, path, aether().person('admin').sessionToken, body)
      expect([path, admin.status]).toEqual([path, 200])
      for (const key of [keys.admin, keys.member]) {
        const answer = await call(method, path, key, body)
        const permission = `${path.split('/').at(-1)}:${method === 'GET' ? 'read' : 'write'}`
        const error = { reason: 'forbidden', message: `Keys cannot be used for ${permission}.` }
        expect([path, answer.status, answer.body]).toEqual([path, 403, { success: false, error }])
      }
    }
    const billing = await call('GET', '/tenants/me/billing', aether().person('admin').sessionToken)
    expect(billing.body.data).toEqual({ email: 'invoices@acme.example' })
  })

  promise('AE-4', 'a member sees billing and plan, and changes neither', async () => {
    const { sessionToken } = aether().person('member')
    const statuses = []
    for (const [method, path, body] of settings) statuses.push((await call(method, path, sessionToken, body)).status)
    expect(statuses).toEqual([200, 403, 200, 403])
  })

  promise('AE-4', 'nobody is let in without a credential, with another header, or with nonsense', async () => {
    const paths = [...tenantData, ...settings]
    for (const [method, path, body] of paths) {
      const ask = (headers: Record<string, string>) => aether().call(method, path, { headers, ...(body && { body }) })
      for (const [headers, reason] of [
        [{}, 'missing_key'],
        [{ 'x-api-key': keys.admin }, 'missing_key'],
        [{ authorization: `Basic ${keys.admin}` }, 'missing_key'],
        [{ authorization: 'Bearer ae_live_nonsense' }, 'invalid_key'],
        [{ authorization: `Bearer ${keys.admin.slice(0, -1)}` }, 'invalid_key'],
      ] as const) {
        const { status, body: said } = await ask(headers)
        expect([path, status, said.success, said.error.reason]).toEqual([path, 401, false, reason])
      }
    }
  })

  promise('AE-6', 'a key is bound to its tenant: scans and keys of another are not there', async () => {
    const theirSession = aether().person('admin', aether().second).sessionToken
    const theirs = await create(theirSession)
    await call('POST', '/tenants/me/scans', keys.admin, { target: 'only-acme.example' })
    await call('POST', '/tenants/me/scans', theirs, { target: 'only-globex.example' })
    const [ours, others] = [
      await call('GET', '/tenants/me/scans', keys.admin),
      await call('GET', '/tenants/me/scans', theirs),
    ]
    expect(ours.text).toContain('only-acme.example')
    expect(ours.text).not.toContain('only-globex.example')
    expect(others.body.data.map((scan: { target: string }) => scan.target)).toEqual(['only-globex.example'])
    const listed = (await call('GET', '/tenants/me/api-keys', theirs)).body.data
    expect(listed.map((key: { prefix: string }) => key.prefix)).toEqual([theirs.slice(0, 12)])
  })

  promise('AE-6', 'billing and plan of a tenant are its own', async () => {
    const [ours, theirs] = [aether().first, aether().second].map(
      (tenant) => aether().person('admin', tenant).sessionToken,
    )
    await call('PATCH', '/tenants/me/billing', ours ?? '', { email: 'invoices@acme.example' })
    await call('PATCH', '/tenants/me/plan', ours ?? '', { name: 'scale' })
    expect((await call('GET', '/tenants/me/billing', theirs ?? '')).body.data).toEqual({ email: null })
    expect((await call('GET', '/tenants/me/plan', theirs ?? '')).body.data).toEqual({ name: 'standard' })
  })

  promise('AE-6', 'the tenant is never what a caller says it is', async () => {
    const theirs = await create(aether().person('admin', aether().second).sessionToken)
    const headers = { 'mintmark-organization': 'acme', 'mintmark-user': 'acme-admin' }
    const answer = await aether().call('POST', '/tenants/me/api-keys', { key: theirs, headers, body: { name: 'mine' } })
    const keysOfAcme = await call('GET', '/tenants/me/api-keys', keys.admin)
    expect(answer.body.data.name).toBe('mine')
    expect(keysOfAcme.text).not.toContain(answer.body.data.id)
  })
})
