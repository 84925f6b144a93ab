import { promise, runningExample, type Answer } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

/** A minute's worth of a key is not spent by waiting for it. */
const untilExpired = { timeout: 20_000, interval: 500 }

describe('AlfaOne: errors', () => {
  const alfaone = runningExample('alfaone')
  const path = '/api/v1/integrations/api-keys'
  const call = (key: string | null, at = '/api/v1/assessments', method = 'GET') =>
    alfaone().call(method, at, key === null ? {} : { headers: { 'x-api-key': key } })
  const generate = async (body: object = {}): Promise<{ readonly id: string; readonly key: string }> => {
    const key = alfaone().person('admin').sessionToken
    return (await alfaone().call('POST', path, { key, body: { name: 'ci', ...body } })).body
  }
  const end = (method: string, at: string) =>
    alfaone().call(method, at, { key: alfaone().person('admin').sessionToken })
  const said = ({ status, text }: Answer): readonly [number, string] => [status, text]

  promise('A1-5', 'without a key, on whatever path', async () => {
    for (const at of ['/api/v1/assessments', '/api/v1/me', path, '/nowhere']) {
      for (const key of [null, '']) expect(said(await call(key, at))).toEqual([401, '{"error":"API key is required"}'])
    }
  })

  promise('A1-5', 'with what is no key, is mistyped, or is deleted', async () => {
    const { id, key } = await generate()
    const last = key.at(-1) === 'a' ? 'b' : 'a'
    const wrong = [
      'ak_live_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6',
      'ak_live_your_api_key_here',
      `${key.slice(0, -1)}${last}`,
      key.replace('live', 'test'),
      key.toLowerCase(),
      `${key}x`,
      `mk_live_${key.slice(8)}`,
    ]
    for (const text of wrong) expect(said(await call(text))).toEqual([401, '{"error":"Invalid API key"}'])
    expect((await call(key)).status).toBe(200)
    expect((await end('DELETE', `${path}/${id}`)).status).toBe(204)
    expect(said(await call(key))).toEqual([401, '{"error":"Invalid API key"}'])
  })

  promise('A1-5', 'with a key that has expired, from that time on', async () => {
    const expiresAtMs = Date.now() + 4_000
    const { key } = await generate({ expiresAt: new Date(expiresAtMs).toISOString() })
    expect((await call(key)).status).toBe(200)
    await expect.poll(async () => (await call(key)).status, untilExpired).toBe(401)
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs)
    expect(said(await call(key))).toEqual([401, '{"error":"API key has expired"}'])
  })

  promise('A1-5', 'with a key that has been revoked, at once and for good', async () => {
    const { id, key } = await generate()
    expect((await call(key)).status).toBe(200)
    expect((await end('POST', `${path}/${id}/revoke`)).body.status).toBe('revoked')
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(key)))
    for (const answer of answers) expect(said(answer)).toEqual([401, '{"error":"API key has been revoked"}'])
    expect((await end('POST', `${path}/${id}/rotate`)).status).toBe(409)
    expect(said(await call(key))).toEqual([401, '{"error":"API key has been revoked"}'])
  })

  promise('A1-5', 'every refusal is one sentence, in JSON', async () => {
    const { key } = await generate()
    const headers = { 'x-api-key': key, 'content-type': 'application/json' }
    const at = `${alfaone().url}/api/v1/assessments`
    const answers = [
      await call(null),
      await call(key, '/api/v1/nothing'),
      await call(key, '/api/v1/assessments/none'),
      await call(key, '/api/v1/assessments?limit=0'),
      await call(key, '/api/v1/assessments', 'PUT'),
    ]
    const broken = await fetch(at, { method: 'POST', headers, body: '{"name":' })
    const large = await fetch(at, { method: 'POST', headers, body: JSON.stringify({ name: 'x'.repeat(100_000) }) })
    const seen = [...answers, { status: broken.status, headers: broken.headers, body: await broken.json() }]
    seen.push({ status: large.status, headers: large.headers, body: await large.json() })
    expect(seen.map(({ status }) => status)).toEqual([401, 404, 404, 400, 405, 400, 413])
    for (const { headers: sent, body } of seen) {
      expect(Object.keys(body)).toEqual(['error'])
      expect(typeof body.error).toBe('string')
      expect(sent.get('content-type')).toBe('application/json; charset=utf-8')
    }
  })
})
