import { promise, runningExample } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

describe('AlfaOne: API keys', () => {
  const alfaone = runningExample('alfaone')
  const path = '/api/v1/integrations/api-keys'
  const session = (role = 'admin'): string => alfaone().person(role).sessionToken
  const generate = (body: object = {}, role = 'admin') =>
    alfaone().call('POST', path, { key: session(role), body: { name: 'Development Testing', ...body } })
  const withKey = (key: string, method: string, at: string, body?: object) =>
    alfaone().call(method, at, { headers: { 'x-api-key': key }, ...(body !== undefined && { body }) })

  promise('A1-4', 'ak_live_ or ak_test_, and 32 characters', async () => {
    for (const environment of ['live', 'test']) {
      const { status, body } = await generate({ environment })
      expect([status, body.environment]).toEqual([201, environment])
      expect(body.key).toMatch(new RegExp(`^ak_${environment}_[0-9A-Za-z]{32}$`))
      expect(body.key).toHaveLength(40)
    }
    expect((await generate()).body.key).toMatch(/^ak_live_/)
    expect((await generate({ environment: 'staging' })).status).toBe(400)
  })

  promise('A1-4', 'what is of live keys and what is of test keys never meet', async () => {
    const assessments = '/api/v1/assessments'
    const [live, test] = [(await generate()).body.key, (await generate({ environment: 'test' })).body.key]
    const order = { name: 'Engineer', candidate: { name: 'Grace', email: 'grace@example.com' } }
    for (const [own, other] of [
      [live, test],
      [test, live],
    ]) {
      const { id } = (await withKey(own, 'POST', assessments, order)).body
      expect((await withKey(own, 'GET', `${assessments}/${id}`)).status).toBe(200)
      for (const query of ['', '?environment=live', '?environment=test']) {
        expect((await withKey(other, 'GET', `${assessments}${query}`)).text).not.toContain(id)
        expect((await withKey(other, 'GET', `${assessments}/${id}${query}`)).status).toBe(404)
        expect((await withKey(other, 'PATCH', `${assessments}/${id}${query}`, {})).status).toBe(404)
        expect((await withKey(other, 'DELETE', `${assessments}/${id}${query}`)).status).toBe(404)
      }
    }
  })

  promise('A1-4', 'a key is shown once, when it is generated', async () => {
    const { body } = await generate({ name: 'Production Integration' })
    const { key, ...shown } = body
    expect(shown).toMatchObject({ name: 'Production Integration', prefix: key.slice(0, 12), status: 'active' })
    for (const at of [path, `${path}/${body.id}`]) {
      const { status, text } = await alfaone().call('GET', at, { key: session() })
      expect([status, text.includes(key), text.includes(shown.prefix)]).toEqual([200, false, true])
    }
    expect(alfaone().log.includes(key)).toBe(false)
  })

  promise('A1-1', 'people generate keys, in either header; only admins, and no key does', async () => {
    const body = { name: 'ci' }
    const headers = { 'x-api-key': session() }
    expect((await alfaone().call('POST', path, { headers, body })).status).toBe(201)
    for (const role of ['member', 'viewer']) {
      const refused = await generate({}, role)
      expect([refused.status, refused.text]).toEqual([403, '{"error":"Missing api_keys:write permission."}'])
    }
    const { key } = (await generate()).body
    const refused = await withKey(key, 'POST', path, body)
    expect([refused.status, refused.text]).toEqual([403, '{"error":"Keys cannot be used for api_keys:write."}'])
    expect((await alfaone().call('POST', path, { body })).text).toBe('{"error":"API key is required"}')
  })

  promise('A1-1', 'a key is seen and ended by its own organization alone', async () => {
    const { id, key } = (await generate()).body
    const stranger = alfaone().person('admin', alfaone().second).sessionToken
    expect((await alfaone().call('GET', path, { key: stranger })).text).not.toContain(id)
    for (const [method, at] of [
      ['GET', `${path}/${id}`],
      ['DELETE', `${path}/${id}`],
      ['POST', `${path}/${id}/revoke`],
      ['POST', `${path}/${id}/rotate`],
    ] as const) {
      expect((await alfaone().call(method, at, { key: stranger })).status).toBe(404)
    }
    expect((await withKey(key, 'GET', '/api/v1/me')).status).toBe(200)
  })

  promise(
    'A1-4',
    'a key is rotated: another of the same form, and both are good until the old one is to end',
    async () => {
      const { id, key } = (await generate({ environment: 'test' })).body
      const rotated = await alfaone().call('POST', `${path}/${id}/rotate`, { key: session() })
      expect([rotated.status, rotated.body.id]).toEqual([201, id])
      expect(rotated.body.key).toMatch(/^ak_test_[0-9A-Za-z]{32}$/)
      for (const good of [key, rotated.body.key]) expect((await withKey(good, 'GET', '/api/v1/me')).status).toBe(200)
    },
  )
})
