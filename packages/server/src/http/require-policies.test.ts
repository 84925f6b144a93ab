import fastify from 'fastify'
import { expect, test } from 'vitest'
import { pagePolicy } from '../engine/policy.ts'
import { requirePolicies } from './require-policies.ts'

test('a route without a policy is not registered', async () => {
  const app = fastify()
  requirePolicies(app)
  const handler = async () => 'x'
  expect(() => app.get('/open', handler)).toThrow('GET /open has no policy.')
  expect(() => app.route({ method: ['POST', 'PUT'], url: '/both', handler })).toThrow('POST,PUT /both has no policy.')
  app.get('/said', { config: { policy: pagePolicy } }, handler)
  await app.ready()
  const statuses = await Promise.all(
    (['GET', 'HEAD'] as const).map(async (method) => (await app.inject({ method, url: '/said' })).statusCode),
  )
  expect(statuses).toEqual([200, 200])
  await app.close()
})
