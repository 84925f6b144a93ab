import { beforeAll, expect, test } from 'vitest'
import { expectStatus, reason } from '../../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../../testing/in-process.ts'

describeOnBothStorages('PUT /v1/organizations/{id}/members/{userId}', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization({ roles: [] })
  })

  const sync = (userId: string, body: unknown) => mintmark.operator.put(`${acme.path}/members/${userId}`, body)

  test('makes a member: a role is enough', async () => {
    const body = expectStatus(200, await sync('ada', { role: 'admin' }))
    expect(body).toEqual({
      id: 'ada',
      email: null,
      name: null,
      role: 'admin',
      status: 'active',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastSeenAt: null,
    })
    expect((await mintmark.operator.get(`${acme.path}/members/ada`)).body).toEqual(body)
  })

  test('makes him as said, and leaves what is left out', async () => {
    const first = expectStatus(200, await sync('bob', { role: 'member', email: 'bob@example.com', name: 'Bob' }))
    const second = expectStatus(200, await sync('bob', { role: 'engineer', status: 'suspended' }))
    expect(second).toEqual({ ...first, role: 'engineer', status: 'suspended' })
    expect(expectStatus(200, await sync('bob', { role: 'engineer', email: null, name: null }))).toEqual({
      ...second,
      email: null,
      name: null,
    })
    expect((await sync('bob', { role: 'engineer', status: 'active' })).body.status).toBe('active')
  })

  test('the same again is the same', async () => {
    const body = { role: 'member', email: 'eve@example.com' }
    const first = expectStatus(200, await sync('eve', body))
    expect(expectStatus(200, await sync('eve', body))).toEqual(first)
  })

  test.each([
    ['the shortest address', 'a@b', 200],
    ['letters beyond ASCII', 'zoë@exämple.com', 200],
    ['254 characters', `${'x'.repeat(242)}@example.com`, 200],
    ['255 characters', `${'x'.repeat(243)}@example.com`, 400],
    ['none', '', 400],
    ['no @', 'ada', 400],
    ['two @', 'a@b@c', 400],
    ['a space', 'a b@c', 400],
    ['a line break', 'a@b\nBcc: c@d', 400],
    ['a NUL', 'a\u0000@b', 400],
    ['half of a surrogate pair', 'a\ud800@b', 400],
    ['no text', 7, 400],
  ])('an email with %s: %i', async (_, email, status) => {
    expect((await sync('mail', { role: 'member', email })).status).toBe(status)
  })

  test.each<[unknown]>([
    [{}],
    [{ role: 'root' }],
    [{ role: '' }],
    [{ role: 'constructor' }],
    [{ role: null }],
    [{ role: 'admin', name: '' }],
    [{ role: 'admin', name: 'a\u0000' }],
    [{ role: 'admin', status: 'removed' }],
    [{ role: 'admin', id: 'other' }],
    [[]],
  ])('refuses %o', async (body) => {
    expect(reason(await sync('new', body))).toEqual([400, 'invalid_request'])
    expect((await mintmark.operator.get(`${acme.path}/members/new`)).status).toBe(404)
  })

  test('an id that is none: 400; an organization that is none: 404, whatever is in the body', async () => {
    expect(reason(await sync('a%20b', { role: 'admin' }))).toEqual([400, 'invalid_request'])
    expect(reason(await sync('x'.repeat(65), { role: 'admin' }))).toEqual([400, 'invalid_request'])
    for (const body of [{ role: 'admin' }, { nonsense: 1 }]) {
      expect(reason(await mintmark.operator.put('/v1/organizations/absent/members/ada', body))).toEqual([
        404,
        'not_found',
      ])
    }
  })

  test.each(['invite', 'invitations', 'organization', 'revoke'])('nobody is called %s', async (id) => {
    expect(reason(await sync(id, { role: 'admin' }))).toEqual([400, 'invalid_request'])
    expect((await mintmark.operator.get(`${acme.path}/members/${id}`)).status).toBe(404)
    // In another case it is an id like any other.
    expect((await sync(id.toUpperCase(), { role: 'admin' })).status).toBe(200)
    expect((await acme.operator.get(`/v1/users/${id.toUpperCase()}`)).body.id).toBe(id.toUpperCase())
  })

  test('the same id in two organizations is two members', async () => {
    const globex = await mintmark.organization({ roles: [] })
    await globex.addMember('twin', 'admin')
    await sync('twin', { role: 'member' })
    expect((await globex.as('twin').get('/v1/me')).body.role).toBe('admin')
    expect((await acme.as('twin').get('/v1/me')).body.role).toBe('member')
  })

  test('is the operator’s word: it may demote the last administrator', async () => {
    const globex = await mintmark.organization({ roles: ['admin'] })
    expect((await mintmark.operator.put(`${globex.path}/members/admin`, { role: 'member' })).status).toBe(200)
  })

  test('lists newest first, in pages', async () => {
    const globex = await mintmark.organization({ roles: ['admin', 'manager', 'engineer'] })
    const path = `${globex.path}/members`
    const { data, nextCursor } = (await mintmark.operator.get(`${path}?limit=2`)).body
    expect(data.map(({ id }: { id: string }) => id)).toEqual(['engineer', 'manager'])
    const rest = (await mintmark.operator.get(`${path}?limit=2&cursor=${nextCursor}`)).body
    expect([rest.data.length, rest.data[0].id, rest.nextCursor]).toEqual([1, 'admin', null])
    expect((await mintmark.operator.get(`${acme.path}/members?cursor=${nextCursor}`)).status).toBe(400)
    expect((await mintmark.operator.get('/v1/organizations/absent/members')).status).toBe(404)
  })
})
