import { describe, expect, test } from 'vitest'
import { BrowserClient, goodPassword, setUpInstallation } from '../../testing/browser-client.ts'
import { expectStatus, reason } from '../../testing/http-client.ts'
import { openingInProcess, usingTime } from '../../testing/in-process.ts'

const minuteMs = 60_000

describe('what is dangerous', () => {
  const open = openingInProcess()
  const pass = usingTime()
  const required = [403, 'step_up_required']

  test('is done for five minutes after somebody has shown who he is, and then by nobody', async () => {
    pass(0)
    const mintmark = await open()
    const { ada, organizationId } = await setUpInstallation(mintmark)
    const fresh = async () => {
      const { token, steppedUpUntil } = expectStatus(200, await ada.post('/auth/token', { organizationId }))
      return { client: mintmark.client(token), steppedUpUntil }
    }
    const { client, steppedUpUntil } = await fresh()
    expect(Date.parse(steppedUpUntil) - Date.now()).toBe(5 * minuteMs)
    const project = expectStatus(201, await client.post('/v1/projects', { name: 'web' }))
    const scope = { scope: 'project', projectId: project.id }
    const wide = expectStatus(201, await client.post('/v1/api-keys', { name: 'wide' }))
    const narrow = expectStatus(
      201,
      await client.post('/v1/api-keys', { name: 'n', ...scope, permissions: ['usage:read'] }),
    )
    pass(5 * minuteMs - 1)
    expectStatus(201, await client.post('/v1/api-keys', { name: 'last' }))
    pass(1)
    for (const { client: own } of [{ client }, await fresh()]) {
      const everything = ['*']
      expect(reason(await own.post('/v1/api-keys', { name: 'x' }))).toEqual(required)
      expect(reason(await own.post('/v1/api-keys', { name: 'x', permissions: ['usage:read'] }))).toEqual(required)
      expect(reason(await own.post('/v1/api-keys', { name: 'x', ...scope }))).toEqual(required)
      expect(reason(await own.post('/v1/api-keys', { name: 'x', ...scope, permissions: everything }))).toEqual(required)
      expect(reason(await own.post(`/v1/api-keys/${wide.id}/rotate`, {}))).toEqual(required)
      expect(reason(await own.patch(`/v1/api-keys/${narrow.id}`, { permissions: null }))).toEqual(required)
      expect(reason(await own.patch(`/v1/api-keys/${narrow.id}`, { permissions: everything }))).toEqual(required)
      const query = 'mutation { createApiKey(input: { name: "x" }) { apiKey { id } } }'
      expect((await own.post('/graphql', { query })).text).toContain('step_up_required')
      // What takes away, or gives little, is not.
      expectStatus(201, await own.post('/v1/api-keys', { name: 'y', ...scope, permissions: ['usage:read'] }))
      expectStatus(200, await own.patch(`/v1/api-keys/${narrow.id}`, { name: `n ${own === client}` }))
      expectStatus(201, await own.post(`/v1/api-keys/${narrow.id}/rotate`, {}))
    }
    expectStatus(200, await client.post(`/v1/api-keys/${wide.id}/revoke`, {}))
    expect(reason(await ada.post('/auth/step-up', { password: `${goodPassword}!` }))).toEqual([401, 'invalid_key'])
    expect(reason(await ada.post('/auth/step-up', {}))).toEqual([400, 'invalid_request'])
    const cookie = ada.cookie
    expectStatus(204, await ada.post('/auth/step-up', { password: goodPassword }))
    expect(ada.cookie).not.toBe(cookie)
    expect(reason(await new BrowserClient(mintmark.url, cookie).get('/auth/me'))).toEqual([401, 'invalid_key'])
    // Tokens of before stay what they were.
    expect(reason(await client.post('/v1/api-keys', { name: 'x' }))).toEqual(required)
    expectStatus(201, await (await fresh()).client.post('/v1/api-keys', { name: 'x' }))
  })

  test('is not asked of sessions that the operator made', async () => {
    pass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    pass(10 * minuteMs)
    expectStatus(201, await mintmark.client(await acme.session('admin')).post('/v1/api-keys', { name: 'x' }))
  })
})
