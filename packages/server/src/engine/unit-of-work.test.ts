import { beforeAll, describe, expect, test } from 'vitest'
import {
  bearer,
  createClient,
  expectStatus,
  reason,
  refusal,
  type Answer,
  type Client,
} from '../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../testing/in-process.ts'

let used = 0
const fresh = (): { 'idempotency-key': string } => {
  used += 1
  return { 'idempotency-key': `once-${used}` }
}

const replayed = ({ headers }: Answer): string | null => headers.get('idempotent-replayed')

describeOnBothStorages('Idempotency-Key', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
  })

  /** Every POST that takes one: its path, its body, another body, and what of the answer is a secret. */
  const posts: [string, () => Promise<[Client, string, object | undefined, object]>, string | null][] = [
    [
      'POST /v1/organizations',
      async () => [mintmark.operator, '/v1/organizations', { name: 'A' }, { name: 'B' }],
      null,
    ],
    [
      'POST /v1/sessions',
      async () => {
        const body = { organizationId: acme.id, userId: 'admin' }
        return [mintmark.operator, '/v1/sessions', body, { ...body, ttlSeconds: 60 }]
      },
      'token',
    ],
    [
      'POST /v1/operator-keys',
      async () => [mintmark.operator, '/v1/operator-keys', { name: 'A' }, { name: 'B' }],
      'key',
    ],
    [
      'POST /v1/operator-keys/{id}/revoke',
      async () => {
        const { id } = (await mintmark.operator.post('/v1/operator-keys', { name: 'A' })).body
        return [mintmark.operator, `/v1/operator-keys/${id}/revoke`, undefined, {}]
      },
      null,
    ],
    ['POST /v1/projects', async () => [admin, '/v1/projects', { name: 'A' }, { name: 'B' }], null],
    ['POST /v1/api-keys', async () => [admin, '/v1/api-keys', { name: 'A' }, { name: 'B' }], 'key'],
    [
      'POST /v1/api-keys/{id}/rotate',
      async () => [admin, `${(await acme.mint()).path}/rotate`, { overlapSeconds: 60 }, {}],
      'key',
    ],
    [
      'POST /v1/api-keys/{id}/revoke',
      async () => [admin, `${(await acme.mint()).path}/revoke`, {}, { reason: 'leaked' }],
      null,
    ],
    [
      'POST /v1/api-keys/{id}/transfer',
      async () => [admin, `${(await acme.mint()).path}/transfer`, { userId: 'member' }, { userId: 'engineer' }],
      null,
    ],
    ['POST /v1/users/invite', async () => [admin, '/v1/users/invite', invitation(), invitation()], 'token'],
    [
      'POST /v1/users/invitations/accept',
      async () => {
        const [token, other] = [
          (await admin.post('/v1/users/invite', invitation())).body.token,
          (await admin.post('/v1/users/invite', invitation())).body.token,
        ]
        const home = await mintmark.organization({ roles: ['member'] })
        await mintmark.operator.put(`${home.path}/members/guest-${home.id}`, { role: 'member' })
        return [home.as(`guest-${home.id}`), '/v1/users/invitations/accept', { token }, { token: other }]
      },
      null,
    ],
  ]
  const invitation = () => ({ email: `${fresh()['idempotency-key']}@example.test`, role: 'member' })

  test.each(posts)('%s: the same request answers as before, without any secret', async (_, prepare, secret) => {
    const [client, path, body] = await prepare()
    const header = fresh()
    const first = await client.post(path, body, header)
    const again = await client.post(path, body, header)
    expect(first.status).toBeLessThan(300)
    expect(replayed(first)).toBeNull()
    expect([again.status, replayed(again)]).toEqual([first.status, 'true'])
    expect(again.body).toEqual(secret === null ? first.body : { ...first.body, [secret]: null })
    if (secret !== null) expect(first.body[secret]).toEqual(expect.any(String))
  })

  test.each(posts)('%s: with another body 409 idempotency_mismatch', async (_, prepare) => {
    const [client, path, body, other] = await prepare()
    const header = fresh()
    expect((await client.post(path, body, header)).status).toBeLessThan(300)
    expect(reason(await client.post(path, other, header))).toEqual([409, 'idempotency_mismatch'])
  })

  test('an acceptance is not given again once the member has been removed', async () => {
    const [prepare] = posts.filter(([name]) => name.endsWith('/accept')).map(([, each]) => each)
    if (prepare === undefined) throw new Error('Acceptances are gone from the list')
    const [guest, path, body] = await prepare()
    const header = fresh()
    const { id } = expectStatus(201, await guest.post(path, body, header))
    expect((await admin.delete(`/v1/users/${id}`)).status).toBe(204)
    expect(reason(await guest.post(path, body, header))).toEqual([409, 'conflict'])
    await acme.addMember(id, 'member')
    expect(reason(await guest.post(path, body, header))).toEqual([409, 'conflict'])
  })

  test('the same body to another path is another request', async () => {
    const header = fresh()
    expectStatus(201, await admin.post('/v1/projects', { name: 'same' }, header))
    expect(reason(await admin.post('/v1/api-keys', { name: 'same' }, header))).toEqual([409, 'idempotency_mismatch'])
    expect(reason(await admin.post('/v1/projects?', { name: 'same' }, header))).toEqual([409, 'idempotency_mismatch'])
  })

  test('the same fields in other words are another body', async () => {
    const header = fresh()
    expectStatus(201, await admin.post('/v1/projects', '{"name":"same"}', header))
    expect(reason(await admin.post('/v1/projects', '{ "name": "same" }', header))).toEqual([
      409,
      'idempotency_mismatch',
    ])
  })

  test('mints once, and counts once', async () => {
    const limits = async () => (await admin.get('/v1/api-keys/creation-limits')).body.remaining
    const before = await limits()
    const header = fresh()
    const ids = new Set<string>()
    for (let turn = 0; turn < 3; turn += 1) {
      ids.add(expectStatus(201, await admin.post('/v1/api-keys', { name: 'once' }, header)).id)
    }
    expect(ids.size).toBe(1)
    expect(await limits()).toBe(before - 1)
  })

  test('rotates once: the newest secret stays the one that was shown', async () => {
    const { path } = await acme.mint()
    const header = fresh()
    const { key } = expectStatus(201, await admin.post(`${path}/rotate`, {}, header))
    await admin.post(`${path}/rotate`, {}, header)
    expect((await mintmark.operator.post('/v1/verify', { key })).body.valid).toBe(true)
  })

  test('what is shown again is the resource as it is now', async () => {
    const header = fresh()
    const { id } = expectStatus(201, await admin.post('/v1/api-keys', { name: 'before' }, header))
    await admin.patch(`/v1/api-keys/${id}`, { name: 'after' })
    const again = await admin.post('/v1/api-keys', { name: 'before' }, header)
    expect(again.body).toMatchObject({ id, name: 'after', key: null })
    await admin.post(`/v1/api-keys/${id}/revoke`)
    expect((await admin.post('/v1/api-keys', { name: 'before' }, header)).body).toMatchObject({ id, status: 'revoked' })
  })

  test('what was deleted meanwhile: 409, never a second mint', async () => {
    const header = fresh()
    const { id } = expectStatus(201, await admin.post('/v1/api-keys', { name: 'gone' }, header))
    const before = (await admin.get('/v1/api-keys?q=gone')).body.data.length
    await admin.delete(`/v1/api-keys/${id}`)
    for (let turn = 0; turn < 2; turn += 1) {
      expect(refusal(await admin.post('/v1/api-keys', { name: 'gone' }, header))).toEqual([
        409,
        'conflict',
        'What this request made has been deleted since. Use a new Idempotency-Key.',
      ])
    }
    expect((await admin.get('/v1/api-keys?q=gone')).body.data).toHaveLength(before - 1)
    const organization = fresh()
    const made = expectStatus(201, await mintmark.operator.post('/v1/organizations', { name: 'A' }, organization))
    await mintmark.operator.delete(`/v1/organizations/${made.id}`)
    expect(reason(await mintmark.operator.post('/v1/organizations', { name: 'A' }, organization))).toEqual([
      409,
      'conflict',
    ])
  })

  test('what was deleted, and made again by somebody else, is not told as what this request made', async () => {
    const again = async (client: Client, path: string, body: { id: string; name: string }): Promise<void> => {
      const header = fresh()
      expectStatus(201, await client.post(path, body, header))
      expect((await client.delete(`${path}/${body.id}`)).status).toBe(204)
      expectStatus(201, await client.post(path, { ...body, name: 'another' }))
      expect(reason(await client.post(path, body, header))).toEqual([409, 'conflict'])
    }
    await again(mintmark.operator, '/v1/organizations', { id: 'twice', name: 'once' })
    await again(admin, '/v1/projects', { id: 'twice', name: 'once' })
    // A project of this id elsewhere is none of it.
    const globex = await mintmark.organization()
    const header = fresh()
    const body = { id: 'both', name: 'ours' }
    expectStatus(201, await admin.post('/v1/projects', body, header))
    expectStatus(201, await globex.as('admin').post('/v1/projects', body))
    expect((await globex.as('admin').delete('/v1/projects/both')).status).toBe(204)
    expect(replayed(await admin.post('/v1/projects', body, header))).toBe('true')
  })

  test('what was refused is not remembered: the same key is good for the corrected request', async () => {
    const header = fresh()
    expect((await admin.post('/v1/projects', { name: '' }, header)).status).toBe(400)
    expect((await admin.post('/v1/projects', { id: 'taken', name: 'x' }, header)).status).toBe(201)
    const other = fresh()
    expect(reason(await admin.post('/v1/projects', { id: 'taken', name: 'y' }, other))).toEqual([409, 'conflict'])
    expect((await admin.post('/v1/projects', { id: 'free', name: 'y' }, other)).status).toBe(201)
  })

  test('belongs to who sent it: another member, key, operator or organization is not answered for him', async () => {
    const globex = await mintmark.organization()
    await acme.addMember('second', 'admin')
    const otherOperator = (await mintmark.operator.post('/v1/operator-keys', { name: 'other' })).body.key
    const project = await acme.mint({ permissions: ['projects:write'] })
    const header = fresh()
    const callers = [
      admin,
      acme.as('second'),
      globex.as('admin'),
      acme.operator,
      globex.operator,
      mintmark.client(otherOperator).with({ 'mintmark-organization': acme.id }),
      mintmark.client(project.key),
    ]
    const ids = []
    for (const caller of callers)
      ids.push(expectStatus(201, await caller.post('/v1/projects', { name: 'x' }, header)).id)
    expect(new Set(ids).size).toBe(callers.length)
  })

  test('is the member’s, whatever session he uses', async () => {
    const header = fresh()
    const body = { name: 'x' }
    const { id } = expectStatus(201, await admin.post('/v1/projects', body, header))
    for (const token of [await acme.session('admin'), await acme.session('admin')]) {
      const again = await createClient(mintmark.url, bearer(token)).post('/v1/projects', body, {
        ...header,
        'content-type': 'application/json',
      })
      expect([again.status, again.body.id, replayed(again)]).toEqual([201, id, 'true'])
    }
  })

  test('still in flight: 409, and one of many is done', async () => {
    const header = fresh()
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => admin.post('/v1/api-keys', { name: 'parallel' }, header)),
    )
    const minted = answers.filter(({ status, body }) => status === 201 && body.key !== null)
    expect(minted).toHaveLength(1)
    for (const answer of answers) {
      if (answer.status === 201) expect(answer.body.id).toBe(minted[0]?.body.id)
      else expect(reason(answer)).toEqual([409, 'conflict'])
    }
    expect((await admin.get('/v1/api-keys?q=parallel')).body.data).toHaveLength(1)
  })

  test.each([
    ['an empty one', ''],
    ['256 characters', 'x'.repeat(256)],
    ['letters beyond ASCII', 'ключ'],
  ])('%s: 400', async (_, value) => {
    const header = { 'idempotency-key': Buffer.from(value).toString('latin1') }
    const answer = await admin.post('/v1/projects', { name: 'x' }, header)
    expect([...reason(answer), answer.body.errors[0].path]).toEqual([400, 'invalid_request', 'Idempotency-Key'])
  })

  test('255 characters, spaces among them, are taken', async () => {
    const header = { 'idempotency-key': `a ${'x'.repeat(252)}~` }
    const { id } = expectStatus(201, await admin.post('/v1/projects', { name: 'x' }, header))
    expect((await admin.post('/v1/projects', { name: 'x' }, header)).body.id).toBe(id)
  })

  test('upper and lower case are two', async () => {
    const send = (key: string) => admin.post('/v1/projects', { name: 'x' }, { 'idempotency-key': key })
    expect((await send('case')).body.id).not.toBe((await send('CASE')).body.id)
  })

  test('is ignored by verify, forward-auth and what is no POST', async () => {
    const { key, path } = await acme.mint()
    const header = fresh()
    for (const [answer, again] of [
      [
        await mintmark.operator.post('/v1/verify', { key }, header),
        await mintmark.operator.post('/v1/verify', { key, cost: 2 }, header),
      ],
      [
        await mintmark.client(key).post('/v1/forward-auth', undefined, header),
        await mintmark.client(key).get('/v1/forward-auth?environment=live', header),
      ],
      [await admin.patch(path, { name: 'a' }, header), await admin.patch(path, { name: 'b' }, header)],
      [
        await mintmark.operator.put(`${acme.path}/members/x`, { role: 'member' }, header),
        await mintmark.operator.put(`${acme.path}/members/y`, { role: 'member' }, header),
      ],
    ] as const) {
      expect([answer.status, again.status, replayed(again)]).toEqual([200, 200, null])
    }
  })
})

describe('an Idempotency-Key after 24 hours', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('counts for nothing: the request is done again', async () => {
    pass(0)
    const acme = await (await open()).organization()
    const header = fresh()
    const send = async () => acme.as('admin').post('/v1/projects', { name: 'x' }, header)
    const first = await send()
    pass(24 * 60 * 60 * 1000)
    expect(replayed(await send())).toBe('true')
    pass(1)
    const later = await send()
    expect(replayed(later)).toBeNull()
    expect(later.body.id).not.toBe(first.body.id)
    expect(replayed(await send())).toBe('true')
  })
})
