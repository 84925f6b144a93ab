import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expectCall } from './testing/client.ts'
import { createOrganization, startEmbedded, type Installation } from './testing/installation.ts'

let installation: Installation

beforeAll(async () => {
  installation = await startEmbedded()
})

afterAll(() => installation.remove())

test('a key is minted, verified, rotated, revoked, deleted', async () => {
  const { url, operatorKey: key } = installation
  const organization = await createOrganization(installation)
  const headers = organization.acting(organization.userIds['admin'])
  const minted = await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers, body: { name: 'ci' } })
  const verify = async (secret: string) => expectCall(200, url, 'POST', '/v1/verify', { key, body: { key: secret } })
  expect(await verify(minted.key)).toMatchObject({
    valid: true,
    status: 200,
    rateLimit: { limit: 600, remaining: 599 },
  })
  const me = await call(url, 'GET', '/v1/me', { key: minted.key })
  expect(me.body).toMatchObject({ apiKeyId: minted.id, keyName: 'ci', scope: 'organization', permissions: null })
  expect(me.headers.get('x-ratelimit-remaining')).toBe('598')
  const path = `/v1/api-keys/${minted.id}`
  const rotated = await expectCall(201, url, 'POST', `${path}/rotate`, { key, headers, body: {} })
  expect(rotated.secrets).toHaveLength(2)
  expect(await verify(rotated.key)).toMatchObject({ valid: true })
  expect(await verify(minted.key)).toMatchObject({ valid: true, rateLimit: { remaining: 596 } })
  await expectCall(200, url, 'POST', `${path}/revoke`, { key, headers, body: { reason: 'leaked' } })
  expect(await verify(rotated.key)).toMatchObject({ valid: false, status: 401, reason: 'key_revoked' })
  await expectCall(204, url, 'DELETE', path, { key, headers })
  await expectCall(404, url, 'GET', path, { key, headers })
  expect(await verify(rotated.key)).toMatchObject({ valid: false, status: 401, reason: 'invalid_key', key: null })
})
