import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Client } from '../../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../../testing/in-process.ts'

describeOnBothStorages('POST /v1/api-keys/{id}/transfer', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
  })

  const verify = async (key: string) => (await mintmark.operator.post('/v1/verify', { key })).body

  test('to another member: from then on his role bounds it', async () => {
    const { path, key } = await acme.mint()
    const answer = await admin.post(`${path}/transfer`, { userId: 'member' })
    expect(expectStatus(200, answer)).toMatchObject({
      owner: { type: 'member', userId: 'member' },
      createdByUserId: 'admin',
      status: 'active',
    })
    expect(answer.body.key).toBeUndefined()
    expect(await verify(key)).toMatchObject({
      valid: true,
      key: { role: 'member', effectivePermissions: ['projects:read', 'usage:read', 'users:read'] },
    })
  })

  test('to the organization, with a role of its own', async () => {
    const { path, key } = await acme.mint()
    const body = expectStatus(200, await admin.post(`${path}/transfer`, { owner: 'organization', role: 'manager' }))
    expect(body.owner).toEqual({ type: 'organization', role: 'manager' })
    await mintmark.operator.delete(`${acme.path}/members/admin`)
    expect(await verify(key)).toMatchObject({ valid: true, key: { role: 'manager' } })
    await acme.addMember('admin', 'admin')
  })

  test('and back, by whoever has its rights', async () => {
    const { path } = await acme.mintOwned('engineer')
    const body = expectStatus(200, await acme.as('engineer').post(`${path}/transfer`, { userId: 'engineer' }))
    expect(body.owner).toEqual({ type: 'member', userId: 'engineer' })
  })

  test('the former owner no longer sees it, unless he may see all', async () => {
    await acme.addMember('plain', 'member')
    const { path } = await acme.mint()
    await admin.post(`${path}/transfer`, { userId: 'plain' })
    expect((await acme.as('plain').get(path)).status).toBe(200)
    await admin.post(`${path}/transfer`, { userId: 'admin' })
    expect((await acme.as('plain').get(path)).status).toBe(404)
  })

  test.each<[string, object]>([
    ['nobody', {}],
    ['both', { userId: 'member', owner: 'organization', role: 'member' }],
    ['the organization without a role', { owner: 'organization' }],
    ['a role that the contract does not have', { owner: 'organization', role: 'root' }],
    ['a member without saying which', { owner: 'member' }],
    ['an absent member', { userId: 'absent' }],
    ['no user’s id', { userId: 'a b' }],
    ['an unknown field', { userId: 'member', role: 'admin' }],
  ])('to %s: 400', async (_, body) => {
    const { path } = await acme.mint()
    expect(reason(await admin.post(`${path}/transfer`, body))).toEqual([400, 'invalid_request'])
  })

  test('another organization’s member is absent, and so is one who is suspended', async () => {
    const globex = await mintmark.organization({ roles: [] })
    await globex.addMember('stranger', 'admin')
    await mintmark.operator.put(`${acme.path}/members/away`, { role: 'admin', status: 'suspended' })
    const { path } = await acme.mint()
    for (const userId of ['stranger', 'away']) {
      expect(refusal(await admin.post(`${path}/transfer`, { userId }))).toEqual([
        400,
        'invalid_request',
        'There is no active member with this id.',
      ])
    }
  })

  test('who lacks the key’s rights is told that, and nothing of who is a member', async () => {
    const { path } = await acme.mint()
    for (const userId of ['manager', 'absent']) {
      expect(reason(await acme.as('engineer').post(`${path}/transfer`, { userId }))).toEqual([403, 'forbidden'])
    }
  })

  test('a member without api_keys:write cannot give away even his own key', async () => {
    const { path } = await acme.mint()
    await admin.post(`${path}/transfer`, { userId: 'member' })
    expect(refusal(await acme.as('member').post(`${path}/transfer`, { userId: 'admin' }))).toEqual([
      403,
      'forbidden',
      'Missing api_keys:write permission.',
    ])
  })

  test('revoked is final: 409', async () => {
    const { path } = await acme.mint()
    await admin.post(`${path}/revoke`)
    expect(reason(await admin.post(`${path}/transfer`, { userId: 'member' }))).toEqual([409, 'conflict'])
  })

  test('to the owner himself changes nothing', async () => {
    const { path } = await acme.mint()
    const before = (await admin.get(path)).body
    expect(expectStatus(200, await admin.post(`${path}/transfer`, { userId: 'admin' }))).toEqual(before)
  })

  test('by the operator, to anybody', async () => {
    const { path } = await acme.mintOwned('member')
    expectStatus(200, await acme.operator.post(`${path}/transfer`, { userId: 'admin' }))
    expectStatus(200, await acme.operator.post(`${path}/transfer`, { owner: 'organization', role: 'admin' }))
  })
})

describe('limits of a transfer', () => {
  const open = openingInProcess()
  const pass = usingTime()
  const contract = { name: 'A', minting: { activePerMember: 2, perMemberPerDay: 10 } }

  test('it counts as active for who gets it, and spends no day’s mint', async () => {
    const acme = await (await open({ contract })).organization()
    await acme.addMember('second', 'admin')
    const keys = [await acme.mint(), await acme.mint({}, 'second'), await acme.mint({}, 'second')]
    const full = await acme.as('admin').post(`${keys[0]?.path}/transfer`, { userId: 'second' })
    expect(refusal(full)).toEqual([
      409,
      'active_key_limit',
      'You already have 2 active keys. Revoke or delete one first.',
    ])
    await acme.as('admin').post(`${keys[1]?.path}/revoke`)
    expectStatus(200, await acme.as('admin').post(`${keys[0]?.path}/transfer`, { userId: 'second' }))
    const limits = async (userId: string) => (await acme.as(userId).get('/v1/api-keys/creation-limits')).body
    expect(await limits('second')).toMatchObject({ activeKeys: 2, remaining: 8 })
    expect(await limits('admin')).toMatchObject({ activeKeys: 0, remaining: 9 })
  })

  test('given to the organization, it counts for who minted it', async () => {
    const acme = await (await open({ contract })).organization()
    await acme.addMember('second', 'admin')
    const { path } = await acme.mint({}, 'second')
    const mine = [await acme.mint(), await acme.mint()]
    await acme.as('admin').post(`${mine[0]?.path}/revoke`)
    expectStatus(200, await acme.as('admin').post(`${path}/transfer`, { userId: 'admin' }))
    await acme.mint({}, 'second')
    await acme.mint({}, 'second')
    const back = await acme.as('admin').post(`${path}/transfer`, { owner: 'organization', role: 'member' })
    expect(reason(back)).toEqual([409, 'active_key_limit'])
  })

  test('an expired key cannot be transferred', async () => {
    pass(0)
    const acme = await (await open()).organization()
    const { path } = await acme.mint({ expiresAt: new Date(Date.now() + 1000).toISOString() })
    pass(1000)
    expect(reason(await acme.as('admin').post(`${path}/transfer`, { userId: 'member' }))).toEqual([409, 'conflict'])
  })
})
