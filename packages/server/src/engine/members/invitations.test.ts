import { invitationTokenFormat } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Client } from '../../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../../testing/in-process.ts'

const unknownToken = 'This invitation is unknown, used or expired. Ask for a new one.'
const dayMs = 86_400_000
const ascending = (left: number, right: number): number => left - right

describeOnBothStorages('invitations', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let home: TestOrganization
  let guests = 0

  beforeAll(async () => {
    mintmark = await open()
    home = await mintmark.organization({ roles: [] })
  })
  beforeEach(async () => {
    acme = await mintmark.organization()
  })

  /** Somebody who is signed in, in another organization. */
  const guest = async (): Promise<Client> => {
    const id = `guest-${(guests += 1)}`
    await home.addMember(id, 'member')
    return mintmark.client(await home.session(id))
  }
  const accept = async (client: Client, token: unknown) => client.post('/v1/users/invitations/accept', { token })
  const invite = async (client: Client, body: object = {}) =>
    client.post('/v1/users/invite', { email: 'ada@example.test', role: 'engineer', ...body })

  test('make whoever is signed in a member, with the role and the address that were invited', async () => {
    const invited = expectStatus(201, await invite(acme.as('admin')))
    expect(invited).toEqual({
      id: expect.stringMatching(/^inv_/),
      email: 'ada@example.test',
      role: 'engineer',
      expiresAt: expect.stringMatching(/Z$/),
      token: expect.stringMatching(/^mmi_[0-9A-Za-z]{38}$/),
    })
    const lifetimeMs = Date.parse(invited.expiresAt) - Date.now()
    expect(Math.round(lifetimeMs / dayMs)).toBe(7)
    const ada = await guest()
    const accepted = expectStatus(201, await accept(ada, invited.token))
    expect(accepted).toMatchObject({ organizationId: acme.id, role: 'engineer', email: 'ada@example.test' })
    expect((await acme.operator.get(`/v1/users/${accepted.id}`)).body).toMatchObject({ role: 'engineer' })
    expect((await acme.operator.get('/v1/users/invitations')).body.data).toEqual([])
    // What he was before, and where, stays as it was.
    expect((await ada.get('/v1/me')).body).toMatchObject({ organizationId: home.id, role: 'member' })
  })

  test('are good once, under any concurrency', async () => {
    const { token } = expectStatus(201, await invite(acme.as('admin')))
    const clients = await Promise.all(Array.from({ length: 8 }, guest))
    const answers = await Promise.all(clients.map((client) => accept(client, token)))
    expect(answers.map(({ status }) => status).toSorted(ascending)).toEqual([201, ...Array(7).fill(400)])
    expect((await acme.operator.get('/v1/users')).body.data).toHaveLength(5)
  })

  test('that are used, withdrawn, of another sort or nobody’s are told the same, to the byte', async () => {
    const used = expectStatus(201, await invite(acme.as('admin'))).token
    expectStatus(201, await accept(await guest(), used))
    const withdrawn = expectStatus(201, await invite(acme.as('admin'), { email: 'bob@example.test' }))
    expect((await acme.as('admin').delete(`/v1/users/invitations/${withdrawn.id}`)).status).toBe(204)
    const { key } = await acme.mint()
    const nobodys = invitationTokenFormat.mint('live', (length) => randomBytes(length))
    const ada = await guest()
    const tokens = [
      used,
      withdrawn.token,
      key,
      nobodys,
      `${nobodys.slice(0, -1)}_`,
      ` ${used}`,
      'x',
      await acme.session('admin'),
    ]
    for (const token of tokens) {
      expect(refusal(await accept(ada, token))).toEqual([400, 'invalid_request', unknownToken])
    }
    expect(reason(await acme.as('admin').delete(`/v1/users/invitations/${withdrawn.id}`))).toEqual([404, 'not_found'])
  })

  test('are no credentials', async () => {
    const { token } = expectStatus(201, await invite(acme.as('admin')))
    expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'invalid_key'])
    expect((await mintmark.operator.post('/v1/verify', { key: token })).body).toMatchObject({ reason: 'invalid_key' })
  })

  test('are accepted by a person only, and by one who is no member yet', async () => {
    const { token } = expectStatus(201, await invite(acme.as('admin')))
    const { key } = await acme.mint()
    for (const client of [mintmark.client(key), mintmark.operator, acme.operator]) {
      expect(reason(await accept(client, token))).toEqual([403, 'forbidden'])
    }
    expect(reason(await accept(mintmark.client(null), token))).toEqual([401, 'missing_key'])
    expect(reason(await accept(acme.as('member'), token))).toEqual([409, 'conflict'])
    // Nothing of it used the token up.
    expect((await accept(await guest(), token)).status).toBe(201)
  })

  describe('are good for as long as who invited could invite', () => {
    const losses: [string, (boss: string) => Promise<unknown>][] = [
      ['demoted', async (boss) => acme.operator.patch(`/v1/users/${boss}`, { role: 'manager' })],
      ['suspended', async (boss) => acme.operator.patch(`/v1/users/${boss}`, { status: 'suspended' })],
      ['removed', async (boss) => acme.operator.delete(`/v1/users/${boss}`)],
    ]

    test.each(losses)('not when he has been %s: nobody comes back by a token that he kept', async (_, lose) => {
      await acme.addMember('boss', 'admin')
      const { token } = expectStatus(201, await invite(acme.as('boss'), { role: 'admin' }))
      await lose('boss')
      expect(refusal(await accept(await guest(), token))).toEqual([400, 'invalid_request', unknownToken])
      // Nothing of it used the token up: it is good again when he is.
      await mintmark.operator.put(`${acme.path}/members/boss`, { role: 'admin', status: 'active' })
      expect((await accept(await guest(), token)).status).toBe(201)
    })

    test('nor when the key’s owner has been demoted, by whose key he was invited', async () => {
      await acme.addMember('boss', 'admin')
      const { key } = await acme.mint({ permissions: ['*'] }, 'boss')
      const { token } = expectStatus(201, await invite(mintmark.client(key)))
      await acme.operator.patch('/v1/users/boss', { role: 'member' })
      expect(refusal(await accept(await guest(), token))).toEqual([400, 'invalid_request', unknownToken])
    })

    test('always, where the operator or a key of the organization’s own invited', async () => {
      const { key } = await acme.mintOwned('admin')
      for (const client of [acme.operator, mintmark.client(key)]) {
        const { token } = expectStatus(201, await invite(client, { role: 'admin' }))
        await mintmark.operator.delete(`${acme.path}/members/admin`)
        expect((await accept(await guest(), token)).status).toBe(201)
      }
    })
  })

  test('show their token to the operator and to an administrator, once, and to nobody else', async () => {
    const contract = { name: 'Example', roles: { admin: ['*'], lead: ['users:*'], member: ['users:read'] } }
    const other = await open({ contract })
    const zeta = await other.organization({ roles: ['admin', 'lead', 'member'] })
    const email = () => `${(guests += 1)}@example.test`
    for (const client of [zeta.operator, zeta.as('admin'), other.client(await zeta.session('admin'))]) {
      const key = { 'idempotency-key': email() }
      const body = { email: email(), role: 'member' }
      expect((await client.post('/v1/users/invite', body, key)).body.token).toMatch(/^mmi_/)
      const again = await client.post('/v1/users/invite', body, key)
      expect([again.status, again.headers.get('idempotent-replayed'), again.body.token]).toEqual([201, 'true', null])
    }
    const byLead = expectStatus(201, await zeta.as('lead').post('/v1/users/invite', { email: email(), role: 'member' }))
    expect(byLead).not.toHaveProperty('token')
    const listed = (await zeta.as('member').get('/v1/users/invitations')).text
    expect(listed).toContain(byLead.id)
    expect(listed).not.toMatch(/mmi_|token|digest/)
    expect(other.logLines.join('')).not.toContain('mmi_')
  })

  test('go to an address once, until they are used, withdrawn or expired', async () => {
    const first = expectStatus(201, await invite(acme.as('admin')))
    expect(reason(await invite(acme.as('admin'), { role: 'member' }))).toEqual([409, 'conflict'])
    expect((await invite((await mintmark.organization()).as('admin'))).status).toBe(201)
    await acme.as('admin').delete(`/v1/users/invitations/${first.id}`)
    expect((await invite(acme.as('admin'))).status).toBe(201)
  })

  test('go to an address once where many are sent at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => invite(acme.as('admin'))))
    expect(answers.map(({ status }) => status).toSorted(ascending)).toEqual([201, 409, 409, 409, 409, 409])
  })

  test('go to an address once however it is written', async () => {
    expectStatus(201, await invite(acme.as('admin'), { email: 'Ada@Example.test' }))
    expect(reason(await invite(acme.as('admin'), { email: 'ada@example.TEST' }))).toEqual([409, 'conflict'])
  })

  test.each(['', 'a', 'a b@c.test', '@c.test', 'a@', 'a@b@c', 'a\n@b.test', `${'a'.repeat(250)}@b.test`, 7, null])(
    'do not go to %j',
    async (email) => {
      expect(reason(await invite(acme.as('admin'), { email }))).toEqual([400, 'invalid_request'])
    },
  )

  test.each(['owner', '', '*', 'constructor', null])('do not make anybody %j', async (role) => {
    expect(reason(await invite(acme.as('admin'), { role }))).toEqual([400, 'invalid_request'])
  })

  test('of another organization cannot be seen or withdrawn', async () => {
    const { id, token } = expectStatus(201, await invite(acme.as('admin')))
    const other = await mintmark.organization()
    expect(reason(await other.as('admin').delete(`/v1/users/invitations/${id}`))).toEqual([404, 'not_found'])
    expect((await other.as('admin').get('/v1/users/invitations')).body.data).toEqual([])
    expect((await accept(await guest(), token)).status).toBe(201)
  })

  test('end with their organization', async () => {
    const { token } = expectStatus(201, await invite(acme.as('admin')))
    expect((await mintmark.operator.delete(acme.path)).status).toBe(204)
    expect(refusal(await accept(await guest(), token))).toEqual([400, 'invalid_request', unknownToken])
  })
})

describe('an invitation’s seven days', () => {
  const open = openingInProcess()
  const letTimePass = usingTime()

  test('end at the very instant, and then the address can be invited again', async () => {
    letTimePass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    const body = { email: 'ada@example.test', role: 'member' }
    const late = expectStatus(201, await acme.as('admin').post('/v1/users/invite', body)).token
    const other = await mintmark.organization({ roles: [] })
    await other.addMember('ada', 'member')
    await other.addMember('bob', 'member')
    const early = expectStatus(
      201,
      await acme.as('admin').post('/v1/users/invite', { ...body, email: 'b@example.test' }),
    ).token
    letTimePass(7 * dayMs - 1)
    expect((await other.as('bob').post('/v1/users/invitations/accept', { token: early })).status).toBe(201)
    expect((await acme.as('admin').get('/v1/users/invitations')).body.data).toHaveLength(1)
    letTimePass(1)
    expect((await acme.as('admin').get('/v1/users/invitations')).body.data).toEqual([])
    const answer = await other.as('ada').post('/v1/users/invitations/accept', { token: late })
    expect(refusal(answer)).toEqual([400, 'invalid_request', unknownToken])
    expect((await acme.as('admin').post('/v1/users/invite', body)).status).toBe(201)
  })
})
