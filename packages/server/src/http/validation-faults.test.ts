import { beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../testing/http-client.ts'
import { openingInProcess } from '../testing/in-process.ts'

const open = openingInProcess()
let admin: Client
let operator: Client

beforeAll(async () => {
  const mintmark = await open()
  const acme = await mintmark.organization()
  admin = acme.as('admin')
  operator = mintmark.operator.with({ 'mintmark-organization': acme.id })
})

const rateLimited = (limit: unknown) => ({
  name: 'x',
  owner: 'organization',
  role: 'member',
  rateLimit: { limit, windowSeconds: 60 },
})

test.each<[body: object, path: string, message: string]>([
  [{}, 'name', 'name is required.'],
  [{ name: '' }, 'name', 'name must not be empty.'],
  [{ name: 'x'.repeat(101) }, 'name', 'name must have at most 100 characters.'],
  [{ name: 5 }, 'name', 'name must be a string.'],
  [{ name: 'x', scope: 'all' }, 'scope', 'scope must be one of: organization, project.'],
  [
    { name: 'x', expiresAt: '2030-02-30T00:00:00Z' },
    'expiresAt',
    'expiresAt must be a time such as 2030-01-31T12:00:00Z.',
  ],
  [{ name: 'x', expiresAt: 5 }, 'expiresAt', 'expiresAt must be a string.'],
  [{ name: 'x', permissions: 'all' }, 'permissions', 'permissions must be a list.'],
  [{ name: 'x', permissions: Array(101).fill('a') }, 'permissions', 'permissions must have at most 100 entries.'],
  [{ name: 'x', ipAllowlist: [] }, 'ipAllowlist', 'ipAllowlist must not be empty.'],
  [{ name: 'x', metadata: { a: 1 } }, 'metadata.a', 'metadata.a must be a string.'],
  [{ name: 'x', metadata: [] }, 'metadata', 'metadata must be an object.'],
  [rateLimited(0), 'rateLimit.limit', 'rateLimit.limit must be at least 1.'],
  [rateLimited(100_001), 'rateLimit.limit', 'rateLimit.limit must be at most 100000.'],
  [rateLimited(1.5), 'rateLimit.limit', 'rateLimit.limit must be a whole number.'],
  [{ name: 'x', nam: 1 }, 'nam', 'There is no field nam here.'],
])('a body of %o is told once what is wrong, and where', async (body, path, message) => {
  const answer = await operator.post('/v1/api-keys', body)
  expect(answer.status).toBe(400)
  expect(answer.body.message).toBe(message)
  expect(answer.body.errors).toEqual([{ path, message }])
})

test.each([
  ['limit=0', 'limit', 'limit must be at least 1.'],
  ['limit=ten', 'limit', 'limit must be a whole number.'],
  ['sort=name', 'sort', 'There is no parameter sort here.'],
])('so is a query of %s', async (query, path, message) => {
  const { status, body } = await admin.get(`/v1/api-keys?${query}`)
  expect([status, body.errors]).toEqual([400, [{ path, message }]])
})

describe('where one of several objects could stand', () => {
  let path: string
  beforeAll(async () => {
    const { id } = (await operator.post('/v1/api-keys', { name: 'x', owner: 'organization', role: 'member' })).body
    path = `/v1/api-keys/${id}/transfer`
  })

  test.each<[body: object, path: string, message: string]>([
    [{ owner: 'organization' }, 'role', 'role is required.'],
    [{ role: 'member' }, 'owner', 'owner is required.'],
    [{ owner: 'member', role: 'member' }, 'owner', 'owner must be "organization".'],
    [{ owner: 'organization', role: '' }, 'role', 'role must not be empty.'],
    [{ owner: 'organization', role: 'member', comment: '' }, 'comment', 'There is no field comment here.'],
    [{ userId: 5 }, 'userId', 'userId must be a string.'],
    [{ userId: 'ada', role: 'member' }, 'role', 'There is no field role here.'],
    [{}, '', 'The body must have userId, or owner and role.'],
    [{ user: 'ada' }, '', 'The body must have userId, or owner and role.'],
  ])('of %o it is told what the one that was meant lacks', async (body, where, message) => {
    const answer = await operator.post(path, body)
    expect([answer.status, answer.body.errors]).toEqual([400, [{ path: where, message }]])
  })

  const verifying = (permission: unknown) => ({ requests: [{ key: 'x', permission }] })
  test.each<[permission: unknown, path: string, message: string]>([
    [{ all: [] }, 'requests[0].permission.all', 'requests[0].permission.all must not be empty.'],
    [{ any: [5] }, 'requests[0].permission.any[0]', 'requests[0].permission.any[0] must be a string.'],
    [{ none: ['a'] }, 'requests[0].permission', 'requests[0].permission must have all, or any.'],
  ])('so of a permission of %o', async (permission, where, message) => {
    const answer = await operator.post('/v1/verify/batch', verifying(permission))
    expect([answer.status, answer.body.errors]).toEqual([400, [{ path: where, message }]])
  })
})
