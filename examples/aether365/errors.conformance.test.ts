import { promise, runningExample } from '@mintmark/example-conformance'
import { beforeAll, describe, expect } from 'vitest'

describe('Aether365: errors', () => {
  const aether = runningExample('aether365')
  const keys = '/tenants/me/api-keys'
  const scans = '/tenants/me/scans'
  let session: string
  let key: string
  beforeAll(async () => {
    session = aether().person('admin').sessionToken
    key = (await aether().call('POST', keys, { key: session, body: { name: 'ci' } })).body.data.key
  })

  promise(['AE-2', 'AE-3', 'AE-4'], 'every refusal is in the envelope, wherever and whatever was asked', async () => {
    const bearer = { authorization: `Bearer ${key}` }
    const refusals = [
      [401, 'missing_key', 'GET', '/nowhere', {}],
      [404, 'not_found', 'GET', '/nowhere', bearer],
      [404, 'not_found', 'GET', '/', bearer],
      [404, 'not_found', 'POST', `${keys}/`, bearer, '{"name":"x"}'],
      [404, 'not_found', 'GET', `${scans}/%zz`, bearer],
      [404, 'not_found', 'DELETE', `${keys}/%zz`, bearer],
      [404, 'not_found', 'DELETE', `${keys}/key_none`, bearer],
      [405, 'method_not_allowed', 'PUT', scans, bearer],
      [400, 'invalid_request', 'POST', keys, bearer, '{"name":'],
      [400, 'invalid_request', 'POST', keys, bearer],
      [400, 'invalid_request', 'POST', scans, bearer, '{"target":'],
      [400, 'invalid_request', 'POST', scans, bearer],
    ] as const
    for (const [status, reason, method, path, headers, body] of refusals) {
      const answer = await fetch(`${aether().url}${path}`, { method, headers, ...(body !== undefined && { body }) })
      expect([method, path, answer.status]).toEqual([method, path, status])
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(await answer.json()).toEqual({ success: false, error: { reason, message: expect.any(String) } })
    }
  })

  promise(['AE-2', 'AE-4'], 'of what is too large nothing is kept, however large it is', async () => {
    for (const [path, name] of [
      [keys, 'name'],
      [scans, 'target'],
    ] as const) {
      for (const body of [
        { [name]: 'x'.repeat(70_000) },
        { [name]: 'x'.repeat(5_000_000) },
        { [name]: 'short', more: 'x'.repeat(5_000_000) },
      ]) {
        const answer = await aether().call('POST', path, { key, body })
        const error = { reason: 'payload_too_large', message: 'A body may have at most 65536 bytes.' }
        expect([path, answer.status, answer.body]).toEqual([path, 413, { success: false, error }])
      }
    }
    expect((await aether().call('GET', scans, { key })).body.data).toEqual([])
  })

  promise(['AE-2', 'AE-3'], 'another method is told those that there are', async () => {
    const told = async (method: string, path: string) => {
      const { status, headers, body } = await aether().call(method, path, { key: session })
      return [status, headers.get('allow'), body.error.message]
    }
    expect(await told('PUT', keys)).toEqual([405, 'GET, HEAD, POST', 'This path takes GET, HEAD, POST.'])
    expect(await told('GET', `${keys}/key_none`)).toEqual([405, 'DELETE', 'This path takes DELETE.'])
  })
})
