import { promise } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'
import { AlignStage } from './testing/align-stage.ts'

const fields = [
  'apiKeyId',
  'keyName',
  'keyPrefix',
  'organizationId',
  'scope',
  'scopedProjectId',
  'permissions',
  'createdByUserId',
  'lastUsedAt',
]

describe('Align: keys and who has them', () => {
  const align = new AlignStage()

  promise(
    'AL-2',
    'a key of the organization is minted by admins, one of a project by admins and engineers',
    async () => {
      const [projectId] = align.projects
      const attempt = async (role: string, body: object) =>
        (await align.call('POST', '/api-keys', { key: align.session(role), body: { name: role, ...body } })).status
      const seen = []
      for (const role of ['admin', 'manager', 'engineer', 'member']) {
        seen.push([role, await attempt(role, {}), await attempt(role, { scope: 'project', projectId })])
      }
      expect(seen).toEqual([
        ['admin', 201, 201],
        ['manager', 403, 403],
        ['engineer', 403, 201],
        ['member', 403, 403],
      ])
    },
  )

  promise('AL-2', 'a key mints no key', async () => {
    const { key } = await align.mint()
    expect(await align.told('POST', '/api-keys', key, { name: 'child' })).toEqual([403, 'forbidden'])
  })

  promise('AL-3', 'either header, everywhere; both when they are the same; never two', async () => {
    const [one, other] = [await align.mint(), await align.mint()]
    const [project] = align.projects
    for (const path of ['/me', '/projects', `/projects/${project}/entries`, '/search?q=a']) {
      const ask = async (headers: Record<string, string>) => {
        const { status, body } = await align.call('GET', path, { headers })
        return [path, status, body.reason]
      }
      expect(await ask({ authorization: `Bearer ${one.key}` })).toEqual([path, 200, undefined])
      expect(await ask({ 'x-api-key': one.key })).toEqual([path, 200, undefined])
      expect(await ask({ authorization: `Bearer ${one.key}`, 'x-api-key': one.key })).toEqual([path, 200, undefined])
      expect(await ask({ authorization: `Bearer ${one.key}`, 'x-api-key': other.key })).toEqual([
        path,
        400,
        'ambiguous_credentials',
      ])
    }
  })

  promise('AL-4', 'GET /me has nine fields, and no other', async () => {
    const { id, key } = await align.mint({ name: 'prod-sync' })
    const answer = await align.call('GET', '/me', { key })
    expect([answer.status, Object.keys(answer.body)]).toEqual([200, fields])
    expect(answer.body).toEqual({
      apiKeyId: id,
      keyName: 'prod-sync',
      keyPrefix: key.slice(0, 12),
      organizationId: align.running.first.id,
      scope: 'organization',
      scopedProjectId: null,
      permissions: null,
      createdByUserId: align.running.person('admin').id,
      lastUsedAt: null,
    })
    expect(answer.body.keyPrefix).toMatch(/^ako_[0-9A-Za-z]{8}$/)
    const lastUsed = async () => (await align.call('GET', '/me', { key })).body.lastUsedAt
    await expect.poll(lastUsed, { timeout: 20_000 }).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  })

  promise('AL-4', 'a key of a project says which, and a list of permissions which', async () => {
    const [projectId] = align.projects
    const permissions = ['read:entry', 'write:entry', 'read:time_entry']
    const { key } = await align.mint({ scope: 'project', projectId, permissions }, 'engineer')
    const { body } = await align.call('GET', '/me', { headers: { 'x-api-key': key } })
    expect(Object.keys(body)).toEqual(fields)
    const createdByUserId = align.running.person('engineer').id
    expect(body).toMatchObject({ scope: 'project', scopedProjectId: projectId, permissions, createdByUserId })
  })

  promise('AL-15', 'the reasons of 401: missing_key, invalid_key, key_revoked', async () => {
    const revoked = await align.mint()
    await align.call('POST', `/api-keys/${revoked.id}/revoke`, { key: align.session(), body: {} })
    const [project] = align.projects
    for (const path of ['/me', '/projects', `/projects/${project}/entries`, '/nothing']) {
      const ask = async (headers: Record<string, string>) => {
        const { status, body } = await align.call('GET', path, { headers })
        return [status, Object.keys(body), body.reason]
      }
      const shape = ['reason', 'message']
      expect(await ask({})).toEqual([401, shape, 'missing_key'])
      expect(await ask({ authorization: 'Bearer ako_nonsense' })).toEqual([401, shape, 'invalid_key'])
      expect(await ask({ 'x-api-key': `${revoked.key}0` })).toEqual([401, shape, 'invalid_key'])
      expect(await ask({ 'x-api-key': revoked.key })).toEqual([401, shape, 'key_revoked'])
    }
  })

  promise('AL-15', 'a project that is named is a scope_violation whether or not it is there', async () => {
    const { key } = await align.mintForProject()
    const answers = []
    for (const projectId of [align.projects[1], 'none']) {
      for (const path of [`/projects/${projectId}`, `/projects/${projectId}/entries`]) {
        answers.push(await align.call('GET', path, { key }))
      }
    }
    expect(answers.map(({ status, body }) => [status, body.reason])).toEqual(
      answers.map(() => [403, 'scope_violation']),
    )
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  promise('AL-15', 'what is there but not to be seen is 404, to the byte what never was', async () => {
    const [ours, inProject] = [await align.mint(), await align.mintForProject()]
    const { id } = await align.timeEntry(ours.key, align.projects[1])
    const theirs = align.running.person('admin', align.running.second).sessionToken
    const body = { minutes: 5 }
    const project = (await align.call('POST', '/projects', { key: theirs, body: { id: 'bridge', name: 'Bridge' } }))
      .body
    const foreign = await align.timeEntry(theirs, project.id)
    const unseen = [
      [inProject.key, 'PATCH', `/time-entries/${id}`, '/time-entries/tim_none'],
      [inProject.key, 'POST', `/time-entries/${id}/approve`, '/time-entries/tim_none/approve'],
      [ours.key, 'PATCH', `/time-entries/${foreign.id}`, '/time-entries/tim_none'],
      [ours.key, 'POST', `/time-entries/${foreign.id}/approve`, '/time-entries/tim_none/approve'],
      [ours.key, 'GET', `/projects/${project.id}/entries`, '/projects/none/entries'],
      [ours.key, 'GET', `/projects/${project.id}`, '/projects/none'],
    ] as const
    for (const [key, method, there, nowhere] of unseen) {
      const options = { key, ...(method === 'PATCH' && { body }) }
      const [one, other] = [await align.call(method, there, options), await align.call(method, nowhere, options)]
      expect([there, one.status, one.body.reason]).toEqual([there, 404, 'not_found'])
      const [seen, expected] = [one, other].map((answer) => [answer.status, answer.text, names(answer.headers)])
      expect(seen).toEqual(expected)
    }
    expect((await align.call('PATCH', `/time-entries/${id}`, { key: ours.key, body })).status).toBe(200)
  })

  promise(['AL-5', 'AL-15'], 'no path is answered in other words, however it is written', async () => {
    const { key } = await align.mint()
    for (const id of ['%zz', '%ff', 'x'.repeat(300), 'a%2fb', ';', '..%2f']) {
      for (const path of [`/projects/${id}/entries`, `/projects/${id}`, `/time-entries/${id}`]) {
        const [known, unknown] = [await align.call('GET', path, { key }), await align.call('GET', path)]
        expect([path, known.status, known.body.reason]).toEqual([
          path,
          expect.toBeOneOf([404, 405]),
          expect.any(String),
        ])
        expect([path, Object.keys(known.body)]).toEqual([path, ['reason', 'message']])
        expect([path, known.headers.get('x-ratelimit-limit')]).toEqual([path, '600'])
        expect([path, unknown.status, unknown.body.reason]).toEqual([path, 401, 'missing_key'])
      }
    }
  })

  promise('AL-15', 'another organization may have a project of the same id, and sees nothing of this one', async () => {
    const [id] = align.projects
    const [ours, theirs] = [align.session(), align.running.person('admin', align.running.second).sessionToken]
    expect((await align.call('POST', '/projects', { key: theirs, body: { id, name: 'Theirs' } })).status).toBe(201)
    await align.call('POST', `/projects/${id}/entries`, { key: ours, body: { title: 'Ours' } })
    await align.call('POST', `/projects/${id}/integration-links`, { key: ours, body: { url: 'https://ours.example' } })
    const timeEntry = await align.timeEntry(ours, id)
    const seenBy = async (key: string, path: string): Promise<number> => {
      const { data } = (await align.call('GET', path, { key })).body
      return data.filter((one: { projectId: string }) => one.projectId === id).length
    }
    const lists = [`/projects/${id}/entries`, `/projects/${id}/time-entries`, '/time-entries', '/integration-links']
    for (const path of lists) {
      expect([path, (await seenBy(ours, path)) > 0, await seenBy(theirs, path)]).toEqual([path, true, 0])
    }
    expect(await align.told('PATCH', `/time-entries/${timeEntry.id}`, theirs, {})).toEqual([404, 'not_found'])
  })

  promise('AL-15', 'what was in a project that has been deleted is not there, nor in one that has its id', async () => {
    const key = align.session()
    const body = { id: 'quay', name: 'Quay' }
    await align.call('POST', '/projects', { key, body })
    await align.call('POST', '/projects/quay/entries', { key, body: { title: 'A beam' } })
    const link = { url: 'https://tracker.example/quay' }
    await align.call('POST', '/projects/quay/integration-links', { key, body: link })
    const { id } = await align.timeEntry(key, 'quay')
    const seen = async () => {
      const lists = ['/projects/quay/entries', '/projects/quay/time-entries', '/time-entries', '/integration-links']
      const answers = await Promise.all(lists.map((path) => align.call('GET', path, { key })))
      const change = await align.call('PATCH', `/time-entries/${id}`, { key, body: { minutes: 5 } })
      return [change.status, ...answers.map(({ status, text }) => [status, text.includes('"projectId":"quay"')])]
    }
    const [there, gone] = [
      [200, true],
      [200, false],
    ]
    expect(await seen()).toEqual([200, there, there, there, there])
    await align.call('DELETE', '/projects/quay', { key })
    expect(await seen()).toEqual([404, [404, false], [404, false], gone, gone])
    expect((await align.call('POST', '/projects', { key, body })).status).toBe(201)
    expect(await seen()).toEqual([404, gone, gone, gone, gone])
    const fresh = await align.timeEntry(key, 'quay')
    expect(await align.told('PATCH', `/time-entries/${fresh.id}`, key, { minutes: 6 })).toEqual([200, undefined])
  })

  promise('AL-12', 'a locked time entry refuses changes until it is unlocked', async () => {
    const { key } = await align.mint()
    const { id } = await align.timeEntry(key)
    const change = (minutes: number) => align.call('PATCH', `/time-entries/${id}`, { key, body: { minutes } })
    const step = (name: string) => align.call('POST', `/time-entries/${id}/${name}`, { key })
    expect((await change(31)).body).toMatchObject({ minutes: 31, status: 'submitted', locked: false })
    expect((await step('approve')).body).toMatchObject({ minutes: 31, status: 'approved', locked: true })
    const refused = await change(32)
    expect([refused.status, refused.body]).toEqual([409, { reason: 'conflict', message: 'This time entry is locked.' }])
    for (const name of ['approve', 'reject']) expect((await step(name)).status).toBe(409)
    expect((await step('unlock')).body).toMatchObject({ minutes: 31, status: 'submitted', locked: false })
    expect((await change(33)).body.minutes).toBe(33)
    expect((await step('reject')).body).toMatchObject({ status: 'rejected', locked: false })
    expect((await change(34)).body).toMatchObject({ minutes: 34, status: 'submitted' })
  })

  promise('AL-12', 'of approvals and changes at the same time none changes what is locked', async () => {
    const { key } = await align.mint()
    for (let round = 0; round < 10; round += 1) {
      const { id } = await align.timeEntry(key)
      const change = (minutes: number) => align.call('PATCH', `/time-entries/${id}`, { key, body: { minutes } })
      const approve = align.call('POST', `/time-entries/${id}/approve`, { key })
      const changes = await Promise.all([change(41), change(42), approve, change(43), change(44)])
      const approved = (await approve).body
      expect((await approve).status).toBe(200)
      const [listed] = (await align.call('GET', '/time-entries', { key })).body.data
      expect([listed.id, listed.locked, listed.minutes]).toEqual([id, true, approved.minutes])
      expect(changes.every(({ status }) => status === 200 || status === 409)).toBe(true)
    }
  })

  const names = (headers: Headers) =>
    [...headers.keys()].filter((name) => name !== 'date' && name !== 'connection').sort()
})
