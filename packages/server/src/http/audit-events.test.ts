import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, type Client } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'

type Event = { readonly [field: string]: unknown } & {
  readonly sequence: number
  readonly action: string
  readonly actor: { readonly type: string; readonly id: string }
  readonly target: { readonly type: string; readonly id: string }
  readonly at: string
}

const path = '/v1/audit-events'

describeOnBothStorages('audit events', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client
  let operatorKeyId: string

  const list = async (client: Client, query = ''): Promise<readonly Event[]> =>
    expectStatus(200, await client.get(`${path}?limit=100${query}`)).data
  const actionsOf = (events: readonly Event[]) => events.map(({ action }) => action)

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
    operatorKeyId = expectStatus(200, await mintmark.operator.get('/v1/me')).operatorKeyId
  })

  test('tell who did what, to what, when, from where, in which request, and what it changed', async () => {
    const answer = await admin.post('/v1/api-keys', { name: 'told', metadata: { a: 'b' } })
    const minted = expectStatus(201, answer)
    const [event] = await list(admin)
    expect(event).toEqual({
      id: expect.stringMatching(/^evt_[0-9A-Za-z]{22}$/),
      sequence: expect.any(Number),
      action: 'api_key.created',
      actor: { type: 'member', id: 'admin' },
      via: { type: 'operator', id: operatorKeyId },
      target: { type: 'api_key', id: minted.id },
      projectId: null,
      at: minted.createdAt,
      ip: '127.0.0.1',
      requestId: answer.headers.get('x-request-id'),
      changes: {
        name: 'told',
        environment: 'live',
        scope: 'organization',
        projectId: null,
        permissions: null,
        owner: { type: 'member', userId: 'admin' },
        createdByUserId: 'admin',
        expiresAt: null,
        ipAllowlist: null,
        rateLimit: null,
        metadata: { a: 'b' },
        secretId: minted.secrets[0].id,
      },
    })
    expectStatus(200, await admin.patch(`/v1/api-keys/${minted.id}`, { name: 'renamed', metadata: { a: 'b' } }))
    const [changed] = await list(admin)
    expect(changed).toMatchObject({ action: 'api_key.updated', sequence: (event?.sequence ?? 0) + 1 })
    expect(changed?.['changes']).toEqual({ name: { before: 'told', after: 'renamed' } })
  })

  test('name the operator key beside the member on whose behalf it acted, and nobody where he acted himself', async () => {
    const other = await mintmark.organization()
    const second = expectStatus(201, await mintmark.operator.post('/v1/operator-keys', { name: 'second' }))
    const acting = { 'mintmark-organization': other.id, 'mintmark-user': 'admin' }
    const key = await other.mint()
    const actors: readonly [Client, object, object | null][] = [
      [other.as('admin'), { type: 'member', id: 'admin' }, { type: 'operator', id: operatorKeyId }],
      [mintmark.client(second.key).with(acting), { type: 'member', id: 'admin' }, { type: 'operator', id: second.id }],
      [mintmark.client(await other.session('admin')), { type: 'member', id: 'admin' }, null],
      [mintmark.client(key.key), { type: 'key', id: key.id }, null],
      [other.operator, { type: 'operator', id: operatorKeyId }, null],
    ]
    for (const [client, actor, via] of actors) {
      const { id } = expectStatus(201, await client.post('/v1/projects', { name: 'x' }))
      expect(await list(other.operator, `&target=${id}`)).toMatchObject([{ action: 'project.created', actor, via }])
    }
    // Whoever revokes is named the same on the key, at once and later.
    const revoked = expectStatus(200, await other.as('admin').post(`${key.path}/revoke`, {}))
    expect(revoked.revokedBy).toEqual({ type: 'member', id: 'admin' })
    expectStatus(204, await other.as('admin').delete(key.path))
    const [deleted] = await list(other.operator, '&action=api_key.deleted')
    expect(deleted).toMatchObject({ actor: { id: 'admin' }, via: { type: 'operator', id: operatorKeyId } })
    const [buried] = await list(other.operator, `&actor=${deleted?.target.id}`)
    expect(buried).toMatchObject({ actor: { type: 'key', ownerUserId: 'admin' }, via: null })
  })

  test('are found by action, actor, target, project and time, alone and together', async () => {
    const other = await mintmark.organization()
    const client = other.as('admin')
    await other.addProject('web')
    await other.addProject('shop')
    const [one, two] = [await other.mint({ scope: 'project', projectId: 'web' }), await other.mint()]
    await sleep(5)
    const between = new Date().toISOString()
    await sleep(5)
    expectStatus(200, await other.as('engineer').post(`/v1/api-keys/${one.id}/revoke`, {}))
    const about = async (query: string) => actionsOf(await list(client, query)).toReversed()
    expect(await about(`&target=${one.id}`)).toEqual(['api_key.created', 'api_key.revoked'])
    expect(await about('&actor=engineer')).toEqual(['api_key.revoked'])
    expect(await about('&action=api_key.created')).toEqual(['api_key.created', 'api_key.created'])
    expect(await about(`&action=api_key.created&target=${two.id}`)).toEqual(['api_key.created'])
    expect(await about('&projectId=web')).toEqual(['project.created', 'api_key.created', 'api_key.revoked'])
    expect(await about('&projectId=web&actor=admin')).toEqual(['api_key.created'])
    expect(await about(`&projectId=web&to=${between}`)).toEqual(['project.created', 'api_key.created'])
    expect(await about(`&projectId=web&from=${between}`)).toEqual(['api_key.revoked'])
    expect(await about(`&from=${between}&to=${between}`)).toEqual([])
    expect(await about('&actor=nobody')).toEqual([])
    expect(await about('&projectId=absent')).toEqual([])
  })

  test('come by pages, whose cursors are good for one organization and one filter', async () => {
    const all = await list(admin)
    const seen: Event[] = []
    let cursor: string | null = null
    do {
      const page: { data: Event[]; nextCursor: string | null } = expectStatus(
        200,
        await admin.get(`${path}?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`),
      )
      expect(page.data.length).toBeLessThanOrEqual(2)
      seen.push(...page.data)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(all)
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => all.length - index))
    const { nextCursor } = expectStatus(200, await admin.get(`${path}?limit=1`))
    expect(reason(await admin.get(`${path}?limit=1&actor=admin&cursor=${nextCursor}`))).toEqual([
      400,
      'invalid_request',
    ])
    const other = await mintmark.organization()
    expect(reason(await other.as('admin').get(`${path}?limit=1&cursor=${nextCursor}`))).toEqual([
      400,
      'invalid_request',
    ])
  })

  test.each([
    'limit=0',
    'limit=101',
    'from=yesterday',
    'to=2026-02-30T00:00:00Z',
    'cursor=x',
    'unknown=1',
    'actor=',
    'actor=%00',
  ])('refuse ?%s', async (query) => {
    expect(reason(await admin.get(`${path}?${query}`))).toEqual([400, 'invalid_request'])
  })

  test('are for roles with audit_events:read, and nobody else', async () => {
    for (const [method, at] of [
      ['GET', path],
      ['GET', `${path}/head`],
      ['POST', `${path}/check`],
    ] as const) {
      for (const role of ['admin', 'manager']) {
        expectStatus(200, await acme.as(role).send(method, at, method === 'POST' ? {} : undefined))
      }
      for (const role of ['engineer', 'member']) {
        const answer = await acme.as(role).send(method, at, method === 'POST' ? {} : undefined)
        expect(reason(answer)).toEqual([403, 'forbidden'])
        expect(answer.body.message).toBe('Missing audit_events:read permission.')
      }
    }
  })

  test('of its own project alone are a project-scoped key’s; the chain is none of its business', async () => {
    const other = await mintmark.organization()
    for (const id of ['web', 'shop']) await other.addProject(id)
    const inWeb = await other.mint({ scope: 'project', projectId: 'web' })
    await other.mint({ scope: 'project', projectId: 'shop' })
    const key = mintmark.client(inWeb.key)
    const seen = await list(key)
    expect(actionsOf(seen)).toEqual(['api_key.created', 'project.created'])
    expect(seen.every((event) => event['projectId'] === 'web')).toBe(true)
    expect(await list(key, '&projectId=web')).toEqual(seen)
    expect(await list(key, '&projectId=shop')).toEqual([])
    expect(reason(await key.get(`${path}/head`))).toEqual([403, 'scope_violation'])
    expect(reason(await key.post(`${path}/check`, {}))).toEqual([403, 'scope_violation'])
    const everywhere = mintmark.client((await other.mint()).key)
    expect((await list(everywhere)).length).toBeGreaterThan(seen.length)
    expectStatus(200, await everywhere.get(`${path}/head`))
  })

  test('of the operator outside any organization are the installation’s, and nobody else’s', async () => {
    const { operator } = mintmark
    const made = expectStatus(201, await operator.post('/v1/operator-keys', { name: 'edge', only: 'verify' }))
    expectStatus(200, await operator.post(`/v1/operator-keys/${made.id}/revoke`, undefined))
    const gone = await mintmark.organization()
    const before = expectStatus(200, await gone.operator.get(`${path}/head`))
    expectStatus(204, await operator.delete(gone.path))
    const [deleted, revoked, created] = await list(operator)
    expect(created).toMatchObject({
      action: 'operator_key.created',
      actor: { type: 'operator' },
      changes: { only: 'verify' },
    })
    expect(revoked).toMatchObject({ action: 'operator_key.revoked', target: { type: 'operator_key', id: made.id } })
    expect(deleted).toMatchObject({
      action: 'organization.deleted',
      target: { id: gone.id },
      changes: { auditHead: before },
    })
    expect(expectStatus(200, await operator.post(`${path}/check`, {}))).toEqual({
      whole: true,
      checked: deleted?.sequence,
    })
    expect((await list(admin)).some(({ action }) => action.startsWith('operator_key'))).toBe(false)
    expect((await list(acme.operator)).map(({ sequence }) => sequence)).toEqual(
      (await list(admin)).map(({ sequence }) => sequence),
    )
  })

  test('about a deleted key are gone; what it did stays, under another name', async () => {
    const other = await mintmark.organization()
    const client = other.as('admin')
    const key = await other.mint({ name: 'gone-for-good' })
    expectStatus(201, await mintmark.client(key.key).post('/v1/projects', { id: 'made-by-it', name: 'x' }))
    expectStatus(204, await client.delete(key.path))
    const text = JSON.stringify(await list(client))
    for (const known of [key.id, key.prefix, 'gone-for-good']) expect(text).not.toContain(known)
    expect(await list(client, `&target=${key.id}`)).toEqual([])
    expect(await list(client, `&actor=${key.id}`)).toEqual([])
    const [deleted, act] = await list(client)
    expect(deleted).toMatchObject({
      action: 'api_key.deleted',
      actor: { type: 'member', id: 'admin' },
      changes: { erased: [expect.any(Number)], rewritten: [{ sequence: act?.sequence }] },
    })
    expect(act).toMatchObject({
      action: 'project.created',
      actor: { type: 'key', id: deleted?.target.id, ownerUserId: 'admin' },
      target: { id: 'made-by-it' },
      ip: null,
    })
    expect(expectStatus(200, await client.post(`${path}/check`, {}))).toEqual({
      whole: true,
      checked: deleted?.sequence,
    })
  })

  describe('the chain', () => {
    test('has a head that it must still pass through later', async () => {
      const head = expectStatus(200, await admin.get(`${path}/head`))
      expect(head).toEqual({ sequence: expect.any(Number), digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
      await acme.mint()
      const checked = { whole: true, checked: head.sequence + 1 }
      expect(expectStatus(200, await admin.post(`${path}/check`, { head }))).toEqual(checked)
      expect(expectStatus(200, await admin.post(`${path}/check`, { head, from: head.sequence }))).toEqual({
        whole: true,
        checked: 2,
      })
      const forged = { ...head, digest: '0'.repeat(64) }
      expect(expectStatus(200, await admin.post(`${path}/check`, { head: forged }))).toEqual({
        whole: false,
        sequence: head.sequence,
        fault: 'head_mismatch',
        message: expect.any(String),
      })
      const ahead = { ...head, sequence: head.sequence + 5 }
      const tooFar = expectStatus(200, await admin.post(`${path}/check`, { head: ahead }))
      expect(tooFar).toMatchObject({ whole: false, sequence: head.sequence + 2, fault: 'head_mismatch' })
    })

    test.each([
      { from: 0 },
      { from: 1.5 },
      { from: 1e9 },
      { from: '1' },
      { head: {} },
      { head: { sequence: 1, digest: 'x' } },
      { to: 1 },
    ])('is not checked by %j', async (body) => {
      expect(reason(await admin.post(`${path}/check`, body))).toEqual([400, 'invalid_request'])
    })

    test('is whole while it grows and shrinks under the check', async () => {
      const busy = await mintmark.organization()
      const stop = new AbortController()
      const work = async (): Promise<void> => {
        while (!stop.signal.aborted) {
          const key = await busy.mint({ name: 'busy' }, 'admin').catch(() => null)
          if (key === null) return
          expectStatus(201, await mintmark.client(key.key).post('/v1/projects', { name: 'x' }))
          expectStatus(204, await busy.as('admin').delete(key.path))
        }
      }
      const working = [work(), work(), work()]
      for (let [turn, length] = [0, 0]; turn < 15 || length <= 20; turn += 1) {
        const checked = expectStatus(200, await busy.as('admin').post(`${path}/check`, {}))
        expect(checked).toMatchObject({ whole: true })
        length = checked.checked
      }
      stop.abort()
      await Promise.all(working)
    })
  })
})
