import { promise } from '@mintmark/example-conformance'
import { beforeAll, describe, expect } from 'vitest'
import { AlignStage, type Minted } from './testing/align-stage.ts'

/** What the page says of one endpoint, for a key of the organization and for one of a project. */
type Row = {
  readonly endpoint: string
  readonly body?: () => object
  readonly org: number
  readonly project: 'ok' | 'own project only' | 'filtered' | 'scope_violation'
}

describe('Align: what keys may', () => {
  const align = new AlignStage()
  let org: Minted
  let own: Minted
  let timeEntryIds: Record<'own' | 'other', string>
  let number = 0

  beforeAll(async () => {
    const [first, second] = align.projects
    org = await align.mint()
    own = await align.mintForProject(first)
    for (const projectId of align.projects) {
      const title = `entry of ${projectId}`
      await align.call('POST', `/projects/${projectId}/entries`, { key: org.key, body: { title } })
      const body = { url: `https://tracker.example/${projectId}` }
      await align.call('POST', `/projects/${projectId}/integration-links`, { key: org.key, body })
      await align.mintForProject(projectId)
    }
    timeEntryIds = {
      own: (await align.timeEntry(org.key, first)).id,
      other: (await align.timeEntry(org.key, second)).id,
    }
  })

  const body = {
    project: () => ({ name: `Project ${(number += 1)}` }),
    entry: () => ({ title: 'A beam' }),
    timeEntry: () => ({ minutes: 15 }),
    invitation: () => ({ email: `new-${(number += 1)}@acme.example`, role: 'member' }),
    webhook: () => ({ url: 'https://receiver.example/align', events: ['project.created'] }),
  }
  const rows: readonly Row[] = [
    { endpoint: 'GET /me', org: 200, project: 'ok' },
    { endpoint: 'GET /projects', org: 200, project: 'filtered' },
    { endpoint: 'POST /projects', body: body.project, org: 201, project: 'scope_violation' },
    { endpoint: 'GET /projects/:id/entries', org: 200, project: 'own project only' },
    { endpoint: 'POST /projects/:id/entries', body: body.entry, org: 201, project: 'own project only' },
    { endpoint: 'GET /projects/:id/time-entries', org: 200, project: 'own project only' },
    { endpoint: 'POST /projects/:id/time-entries', body: body.timeEntry, org: 201, project: 'own project only' },
    { endpoint: 'GET /time-entries', org: 200, project: 'scope_violation' },
    { endpoint: 'PATCH /time-entries/:id', body: body.timeEntry, org: 200, project: 'own project only' },
    { endpoint: 'GET /users', org: 200, project: 'scope_violation' },
    { endpoint: 'POST /users/invite', body: body.invitation, org: 201, project: 'scope_violation' },
    { endpoint: 'GET /webhooks', org: 200, project: 'scope_violation' },
    { endpoint: 'POST /webhooks', body: body.webhook, org: 201, project: 'scope_violation' },
    { endpoint: 'GET /integration-links', org: 200, project: 'filtered' },
    { endpoint: 'GET /audit-events', org: 200, project: 'filtered' },
    { endpoint: 'GET /search?q=a', org: 200, project: 'filtered' },
  ]

  const ask = async ({ endpoint, body: write }: Row, key: string, which: 'own' | 'other') => {
    const [method = '', template = ''] = endpoint.split(' ')
    const [first, second] = align.projects
    const id = template.startsWith('/time-entries') ? timeEntryIds[which] : which === 'own' ? first : second
    return align.call(method, template.replace(':id', id), { key, ...(write !== undefined && { body: write() }) })
  }

  promise('AL-11', 'the table has 16 rows', async () => {
    expect(rows).toHaveLength(16)
  })

  promise('AL-11', 'a key of the organization may all, in every project', async () => {
    const seen = []
    for (const row of rows) {
      for (const which of ['own', 'other'] as const) seen.push([row.endpoint, (await ask(row, org.key, which)).status])
    }
    expect(seen).toEqual(rows.flatMap(({ endpoint, org: status }) => [endpoint, endpoint].map((one) => [one, status])))
  })

  promise(['AL-11', 'AL-15'], 'a key of a project may its own, and is told scope_violation of all else', async () => {
    const seen: unknown[] = []
    const expected: unknown[] = []
    for (const row of rows) {
      const [inOwn, inOther] = [await ask(row, own.key, 'own'), await ask(row, own.key, 'other')]
      seen.push([row.endpoint, inOwn.status, inOwn.body.reason, inOther.status, inOther.body.reason])
      // What names a time entry names no project: another's is not there.
      const elsewhere = row.endpoint.includes('/time-entries/:id') ? [404, 'not_found'] : [403, 'scope_violation']
      const ok = [row.org, undefined]
      if (row.project === 'scope_violation')
        expected.push([row.endpoint, 403, 'scope_violation', 403, 'scope_violation'])
      else expected.push([row.endpoint, ...ok, ...(row.project === 'own project only' ? elsewhere : ok)])
    }
    expect(seen).toEqual(expected)
  })

  promise('AL-11', 'what is filtered has what is of the project, and nothing of another', async () => {
    const [first, second] = align.projects
    const list = async (path: string, key: string) => (await align.call('GET', path, { key })).body.data
    const projectIds = async (path: string, key: string): Promise<Set<string>> =>
      new Set((await list(path, key)).map(({ projectId }: { projectId: string }) => projectId))
    expect((await list('/projects', own.key)).map(({ id }: { id: string }) => id)).toEqual([first])
    expect((await list('/projects', org.key)).length).toBeGreaterThan(1)
    expect(await projectIds('/integration-links', own.key)).toEqual(new Set([first]))
    expect(await projectIds('/integration-links', org.key)).toEqual(new Set([first, second]))
    expect(await projectIds('/audit-events', own.key)).toEqual(new Set([first]))
    expect([...(await projectIds('/audit-events', org.key))]).toEqual(expect.arrayContaining([first, second, null]))
    const found = async (q: string, key: string) =>
      (await list(`/search?q=${q}`, key)).map(({ type, id }: { type: string; id: string }) => [type, id])
    expect(await found(second, own.key)).toEqual([])
    expect(await found(second, org.key)).toContainEqual(['project', second])
    expect(await found('admin', own.key)).toEqual([])
  })

  promise(
    'AL-12',
    'approve, reject and unlock are a manager’s and an admin’s, for a key of whichever scope',
    async () => {
      const { id: adminId } = align.running.person('admin')
      for (const role of ['admin', 'manager', 'engineer', 'member']) {
        const isApprover = role === 'admin' || role === 'manager'
        for (const key of [org.key, own.key]) {
          const { id } = await align.timeEntry(org.key)
          const seen = await align.withRole(adminId, role, async () => {
            const statuses = []
            for (const step of ['approve', 'unlock', 'reject']) {
              statuses.push(await align.told('POST', `/time-entries/${id}/${step}`, key))
            }
            return statuses
          })
          const one = isApprover ? [200, undefined] : [403, 'forbidden']
          expect([role, seen]).toEqual([role, [one, one, one]])
        }
      }
    },
  )

  promise('AL-12', 'inviting and deleting a project are an admin’s', async () => {
    const { id: adminId } = align.running.person('admin')
    for (const role of ['manager', 'engineer', 'member', 'admin']) {
      const { id } = (await align.call('POST', '/projects', { key: org.key, body: body.project() })).body
      const seen = await align.withRole(adminId, role, async () => [
        await align.told('POST', '/users/invite', org.key, body.invitation()),
        await align.told('DELETE', `/projects/${id}`, org.key),
      ])
      const expected =
        role === 'admin'
          ? [
              [201, undefined],
              [204, undefined],
            ]
          : [
              [403, 'forbidden'],
              [403, 'forbidden'],
            ]
      expect([role, seen]).toEqual([role, expected])
    }
    expect(await align.told('POST', '/users/invite', own.key, body.invitation())).toEqual([403, 'scope_violation'])
    expect(await align.told('DELETE', `/projects/${align.projects[1]}`, own.key)).toEqual([403, 'scope_violation'])
  })

  promise(['AL-10', 'AL-13'], 'the role is the one of now, and the answer is to the letter', async () => {
    const { id } = await align.timeEntry(org.key)
    const refused = await align.withRole(align.running.person('admin').id, 'engineer', async () => {
      const answers = []
      for (const step of ['approve', 'reject', 'unlock']) {
        answers.push(await align.call('POST', `/time-entries/${id}/${step}`, { key: org.key }))
      }
      return answers
    })
    for (const { status, text } of refused) {
      expect([status, text]).toEqual([403, '{"reason":"forbidden","message":"Missing write:time_entry permission."}'])
    }
    expect(await align.told('POST', `/time-entries/${id}/approve`, org.key)).toEqual([200, undefined])
  })

  promise('AL-10', 'scope and role are two things: neither makes up for the other', async () => {
    const { id } = await align.timeEntry(org.key, align.projects[1])
    expect(await align.told('POST', `/time-entries/${id}/approve`, own.key)).toEqual([404, 'not_found'])
    const mine = await align.timeEntry(org.key, align.projects[0])
    const engineers = await align.mintForProject(align.projects[0], 'engineer')
    expect(await align.told('POST', `/time-entries/${mine.id}/approve`, engineers.key)).toEqual([403, 'forbidden'])
  })

  promise('AL-11', 'what a link leads to is an address of the web', async () => {
    const path = `/projects/${align.projects[0]}/integration-links`
    for (const [url, status] of [
      ['https://tracker.example/a', 201],
      ['http://tracker.example', 201],
      ['javascript:alert(1)', 400],
      ['data:text/html,x', 400],
      ['tracker', 400],
    ] as const) {
      expect([url, (await align.call('POST', path, { key: org.key, body: { url } })).status]).toEqual([url, status])
    }
  })

  promise('AL-14', 'null is all that scope and role give, a list what it names and no more', async () => {
    const permissions = ['read:entry', 'write:entry', 'read:time_entry']
    const { key } = await align.mint({ permissions })
    expect((await align.call('GET', '/me', { key })).body.permissions).toEqual(permissions)
    expect((await align.call('GET', '/me', { key: org.key })).body.permissions).toBeNull()
    const [project] = align.projects
    const calls = [
      ['GET', `/projects/${project}/entries`, undefined, null],
      ['POST', `/projects/${project}/entries`, body.entry(), null],
      ['GET', `/projects/${project}/time-entries`, undefined, null],
      ['POST', `/projects/${project}/time-entries`, body.timeEntry(), 'write:time_entry'],
      ['PATCH', `/time-entries/${timeEntryIds.own}`, body.timeEntry(), 'write:time_entry'],
      ['POST', `/time-entries/${timeEntryIds.own}/approve`, undefined, 'write:time_entry'],
      ['GET', '/integration-links', undefined, 'read:integration_link'],
      ['GET', '/projects', undefined, 'projects:read'],
      ['POST', '/projects', body.project(), 'projects:write'],
      ['GET', '/users', undefined, 'users:read'],
      ['GET', '/webhooks', undefined, 'webhooks:read'],
      ['GET', '/audit-events', undefined, 'audit_events:read'],
    ] as const
    for (const [method, path, write, missing] of calls) {
      const { status, body: said } = await align.call(method, path, {
        key,
        ...(write !== undefined && { body: write }),
      })
      if (missing === null) expect([path, status]).toEqual([path, method === 'POST' ? 201 : 200])
      else expect([path, status, said]).toEqual([path, 403, forbidden(missing)])
    }
    const nothing = await align.mint({ permissions: [] })
    expect((await align.call('GET', '/me', { key: nothing.key })).body.permissions).toEqual([])
    expect(await align.told('GET', `/projects/${project}/entries`, nothing.key)).toEqual([403, 'forbidden'])
  })

  promise('AL-14', 'each permission gives what it names, and nothing of another', async () => {
    const [project] = align.projects
    const link = { url: 'https://tracker.example/one' }
    const endpoints = [
      ['read:entry', 'GET', `/projects/${project}/entries`],
      ['write:entry', 'POST', `/projects/${project}/entries`, body.entry()],
      ['read:time_entry', 'GET', `/projects/${project}/time-entries`],
      ['read:time_entry', 'GET', '/time-entries'],
      ['write:time_entry', 'POST', `/projects/${project}/time-entries`, body.timeEntry()],
      ['write:time_entry', 'PATCH', `/time-entries/${timeEntryIds.own}`, body.timeEntry()],
      ['read:integration_link', 'GET', '/integration-links'],
      ['write:integration_link', 'POST', `/projects/${project}/integration-links`, link],
    ] as const
    for (const permission of new Set(endpoints.map(([named]) => named))) {
      const { key } = await align.mint({ permissions: [permission] })
      for (const [named, method, path, write] of endpoints) {
        const { status, body: said } = await align.call(method, path, {
          key,
          ...(write !== undefined && { body: write }),
        })
        const given = named === permission
        expect([permission, path, status]).toEqual([permission, path, given ? (method === 'POST' ? 201 : 200) : 403])
        if (!given) expect(said).toEqual(forbidden(named))
      }
    }
  })

  promise('AL-14', 'a list gives nothing that the role does not have', async () => {
    const { key } = await align.mint({ permissions: ['projects:delete'] })
    const { id } = (await align.call('POST', '/projects', { key: org.key, body: body.project() })).body
    const deleteIt = () => align.told('DELETE', `/projects/${id}`, key)
    expect(await align.withRole(align.running.person('admin').id, 'manager', deleteIt)).toEqual([403, 'forbidden'])
    expect(await deleteIt()).toEqual([204, undefined])
  })
})

const forbidden = (permission: string) => ({ reason: 'forbidden', message: `Missing ${permission} permission.` })
