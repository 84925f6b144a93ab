import { beforeAll, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Client } from '../../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../../testing/in-process.ts'

describeOnBothStorages('ending a key', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
  })

  const verify = async (key: string) => (await mintmark.operator.post('/v1/verify', { key })).body

  test('revoking says when, by whom and why', async () => {
    const { path, key, id } = await acme.mint()
    const body = expectStatus(200, await admin.post(`${path}/revoke`, { reason: 'leaked', comment: 'found in a log' }))
    expect(body).toMatchObject({
      id,
      status: 'revoked',
      revokedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      revokedBy: { type: 'member', id: 'admin' },
      revokedReason: 'leaked',
    })
    expect(JSON.stringify(body)).not.toContain('found in a log')
    expect((await admin.get(path)).body).toEqual(body)
    expect(await verify(key)).toMatchObject({ valid: false, status: 401, reason: 'key_revoked', key: { id } })
  })

  test('without a body the reason is unspecified; an operator is named by his key', async () => {
    const [one, other] = [await acme.mint(), await acme.mint()]
    expect((await admin.post(`${one.path}/revoke`)).body.revokedReason).toBe('unspecified')
    const { revokedBy } = (await acme.operator.post(`${other.path}/revoke`, {})).body
    expect(revokedBy).toEqual({ type: 'operator', id: expect.stringMatching(/^key_/) })
  })

  test('revoking again is the same answer: neither time nor reason nor who change', async () => {
    const { path } = await acme.mint()
    const first = expectStatus(200, await admin.post(`${path}/revoke`, { reason: 'leaked' }))
    const again = await acme.as('engineer').post(`${path}/revoke`, { reason: 'unused' })
    expect(expectStatus(200, again)).toEqual(first)
  })

  test.each(['unspecified', 'leaked', 'superseded', 'unused'])('takes the reason %s', async (given) => {
    const { path } = await acme.mint()
    expect((await admin.post(`${path}/revoke`, { reason: given })).body.revokedReason).toBe(given)
  })

  test.each<[string, unknown]>([
    ['a reason that only Mintmark gives', { reason: 'owner_removed' }],
    ['another one', { reason: 'project_deleted' }],
    ['an unknown reason', { reason: 'bored' }],
    ['an unknown field', { why: 'leaked' }],
    ['a comment of 501 characters', { comment: 'x'.repeat(501) }],
    ['a NUL', { comment: '\u0000' }],
    ['half of a surrogate pair', { comment: '\ud800' }],
    ['a list', []],
  ])('refuses %s: 400, and the key lives', async (_, body) => {
    const { path, key } = await acme.mint()
    expect(reason(await admin.post(`${path}/revoke`, body))).toEqual([400, 'invalid_request'])
    expect(await verify(key)).toMatchObject({ valid: true })
  })

  test('a comment may have 500 characters of any script', async () => {
    const { path } = await acme.mint()
    expectStatus(200, await admin.post(`${path}/revoke`, { comment: '𝄞'.repeat(500) }))
  })

  test('is never undone: no change, rotation or transfer afterwards', async () => {
    const { path, key } = await acme.mint({ expiresAt: '2090-01-01T00:00:00Z' })
    await admin.post(`${path}/revoke`)
    for (const answer of [
      await admin.patch(path, { name: 'again' }),
      await admin.patch(path, { expiresAt: null }),
      await admin.patch(path, { permissions: null }),
      await acme.operator.patch(path, { rateLimit: null }),
      await admin.post(`${path}/rotate`, {}),
      await admin.post(`${path}/transfer`, { userId: 'engineer' }),
    ]) {
      expect(reason(answer)).toEqual([409, 'conflict'])
    }
    expect(await verify(key)).toMatchObject({ reason: 'key_revoked' })
  })

  test('deleting erases: the key is unknown, and not there any more', async () => {
    const { path, key, id } = await acme.mint({ name: 'gone' })
    const answer = await admin.delete(path)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(await verify(key)).toMatchObject({ valid: false, status: 401, reason: 'invalid_key', key: null })
    expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'invalid_key'])
    expect((await admin.get('/v1/api-keys?limit=100')).text).not.toContain(id)
    expect((await admin.get('/v1/api-keys?q=gone')).body.data).toEqual([])
  })

  test('deleting again: 404, like all else that can be done with it', async () => {
    const { path } = await acme.mint()
    await admin.delete(path)
    for (const answer of [
      await admin.delete(path),
      await admin.get(path),
      await admin.patch(path, { name: 'x' }),
      await admin.post(`${path}/revoke`),
      await admin.post(`${path}/rotate`),
      await admin.post(`${path}/transfer`, { userId: 'engineer' }),
    ]) {
      expect(reason(answer)).toEqual([404, 'not_found'])
    }
  })

  test('a revoked key can be deleted', async () => {
    const { path, key } = await acme.mint()
    await admin.post(`${path}/revoke`)
    expect((await admin.delete(path)).status).toBe(204)
    expect(await verify(key)).toMatchObject({ reason: 'invalid_key' })
  })

  test('with both secrets of a rotation', async () => {
    const { path, key } = await acme.mint()
    const rotated = (await admin.post(`${path}/rotate`, {})).body.key
    await admin.delete(path)
    expect(await verify(key)).toMatchObject({ reason: 'invalid_key' })
    expect(await verify(rotated)).toMatchObject({ reason: 'invalid_key' })
  })

  test('a member without any permission on keys always sees, revokes and deletes the keys that he owns', async () => {
    const [one, other] = [await acme.mint(), await acme.mint()]
    for (const { path } of [one, other]) await admin.post(`${path}/transfer`, { userId: 'member' })
    const member = acme.as('member')
    expect((await member.get(one.path)).status).toBe(200)
    expect((await member.post(`${one.path}/revoke`)).body.status).toBe('revoked')
    expect((await member.delete(other.path)).status).toBe(204)
  })

  test('and no other: 404 where he may not see it, 403 where he may', async () => {
    const { path } = await acme.mint()
    const secretId = (await admin.get(path)).body.secrets[0].id
    for (const end of [
      (client: Client) => client.post(`${path}/revoke`),
      (client: Client) => client.delete(path),
      (client: Client) => client.delete(`${path}/secrets/${secretId}`),
    ]) {
      expect(reason(await end(acme.as('member')))).toEqual([404, 'not_found'])
      expect(refusal(await end(acme.as('manager')))).toEqual([403, 'forbidden', 'Missing api_keys:write permission.'])
    }
  })

  test('403 is told before what is wrong with the body', async () => {
    const { path } = await acme.mint()
    expect(reason(await acme.as('manager').post(`${path}/revoke`, { reason: 'bored' }))).toEqual([403, 'forbidden'])
  })

  test('whoever may write keys ends any key of his organization, also of more rights', async () => {
    const [one, other] = [await acme.mint(), await acme.mintOwned('admin')]
    expect((await acme.as('engineer').post(`${one.path}/revoke`)).status).toBe(200)
    expect((await acme.as('engineer').delete(other.path)).status).toBe(204)
  })

  test('another organization’s key is absent', async () => {
    const globex = await mintmark.organization()
    const { path, key } = await globex.mint()
    for (const client of [admin, acme.operator]) {
      expect(reason(await client.post(`${path}/revoke`))).toEqual([404, 'not_found'])
      expect(reason(await client.delete(path))).toEqual([404, 'not_found'])
    }
    expect(await verify(key)).toMatchObject({ valid: true })
  })

  test('a key cannot end itself under the built-in contract', async () => {
    const { path, key } = await acme.mint()
    for (const answer of [await mintmark.client(key).post(`${path}/revoke`), await mintmark.client(key).delete(path)]) {
      expect(refusal(answer)).toEqual([403, 'forbidden', 'Keys cannot be used for api_keys:write.'])
    }
  })
})
