import { beforeAll, expect, test } from 'vitest'
import { expectStatus, type Client } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'

const contract = {
  name: 'Example',
  minting: { keysManageKeys: true },
}

type Row = { readonly type?: string; readonly id: string }

describeOnBothStorages('lists and search', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  const keys: Record<string, { readonly id: string; readonly key: string; readonly prefix: string }> = {}

  beforeAll(async () => {
    mintmark = await open({ contract })
    acme = await mintmark.organization()
    for (const id of ['web', 'shop']) await acme.addProject(id)
    const project = (projectId: string, environment: string) => ({
      name: 'find',
      scope: 'project',
      projectId,
      environment,
    })
    keys['wide'] = await acme.mint({ name: 'find' })
    keys['wide test'] = await acme.mint({ name: 'find', environment: 'test' })
    keys['web'] = await acme.mint(project('web', 'live'))
    keys['web test'] = await acme.mint(project('web', 'test'))
    keys['shop'] = await acme.mint(project('shop', 'live'))
    keys['blind'] = await acme.mint({ ...project('web', 'live'), permissions: ['projects:read', 'users:read'] })
    keys['nothing'] = await acme.mint({ name: 'find', permissions: [] })
    await mintmark.operator.put(`${acme.path}/members/finder`, { role: 'member', name: 'find me', email: 'f@x.test' })
    await acme.operator.post('/v1/projects', { id: 'find', name: 'find' })
    const other = await mintmark.organization()
    await other.mint({ name: 'find' })
    await mintmark.operator.put(`${other.path}/members/other`, { role: 'member', name: 'find' })
    await other.operator.post('/v1/projects', { name: 'find' })
  })

  const by = (name: string): Client => mintmark.client(keys[name]?.key ?? '')
  const namesOf = (rows: readonly Row[]) =>
    rows.map(({ id }) => Object.keys(keys).find((name) => keys[name]?.id === id) ?? id).toSorted()
  const search = async (client: Client, text = 'find'): Promise<Record<string, readonly string[]>> => {
    const rows: readonly Row[] = expectStatus(200, await client.get(`/v1/search?q=${encodeURIComponent(text)}`)).data
    return Object.fromEntries(
      ['key', 'project', 'user'].map((type) => [type, namesOf(rows.filter((row) => row.type === type))]),
    )
  }

  const all = ['blind', 'nothing', 'shop', 'web', 'web test', 'wide', 'wide test']

  test.each([
    ['the operator', () => acme.operator, { key: all, project: ['find'], user: ['finder'] }],
    ['an administrator', () => acme.as('admin'), { key: all, project: ['find'], user: ['finder'] }],
    ['an engineer, who may not read users', () => acme.as('engineer'), { key: all, project: ['find'], user: [] }],
    ['a member, who may not read keys', () => acme.as('member'), { key: [], project: ['find'], user: ['finder'] }],
    [
      'a live key, in its environment only',
      () => by('wide'),
      { key: ['blind', 'nothing', 'shop', 'web', 'wide'], project: ['find'], user: ['finder'] },
    ],
    [
      'a test key, in its environment only',
      () => by('wide test'),
      { key: ['web test', 'wide test'], project: ['find'], user: ['finder'] },
    ],
    ['a live key of a project', () => by('web'), { key: ['blind', 'web'], project: [], user: [] }],
    ['a test key of a project', () => by('web test'), { key: ['web test'], project: [], user: [] }],
    ['a key that may not read keys', () => by('blind'), { key: ['blind'], project: [], user: [] }],
    ['a key without permissions', () => by('nothing'), { key: ['nothing'], project: [], user: [] }],
  ] as const)('show %s what it may see', async (_, client, expected) => {
    expect(await search(client())).toEqual(expected)
    const listed = await client().get('/v1/api-keys?q=find')
    expect(namesOf(expectStatus(200, listed).data)).toEqual(expected.key)
  })

  test('of a project’s key know its project alone', async () => {
    expect(expectStatus(200, await by('web').get('/v1/projects')).data).toMatchObject([{ id: 'web' }])
    expect(await search(by('web'), 'web')).toMatchObject({ project: ['web'] })
    expect(await search(by('web'), 'shop')).toMatchObject({ project: [] })
  })

  test('find by the shown prefix only what may be seen', async () => {
    const { prefix = '' } = keys['web test'] ?? {}
    expect(await search(by('web test'), prefix)).toMatchObject({ key: ['web test'] })
    expect(await search(by('web'), prefix)).toMatchObject({ key: [] })
    expect(await search(acme.as('admin'), prefix)).toMatchObject({ key: ['web test'] })
  })

  test('find nothing by the whole key, nor by a wildcard or blanks', async () => {
    for (const text of [keys['wide']?.key ?? '', '%', '_____', '   ']) {
      expect(await search(acme.as('admin'), text)).toEqual({ key: [], project: [], user: [] })
    }
  })

  test('find for an operator outside of any organization whose a key is, and nothing by less than is shown', async () => {
    const anywhere = async (text: string) =>
      expectStatus(200, await mintmark.operator.get(`/v1/search?q=${encodeURIComponent(text)}`)).data
    const { prefix = '', id } = keys['web test'] ?? {}
    expect(await anywhere(prefix)).toMatchObject([{ type: 'key', id, organizationId: acme.id, label: 'find' }])
    const organization = { type: 'organization', id: acme.id, organizationId: acme.id }
    expect(await anywhere(acme.id)).toMatchObject([organization])
    for (const text of [prefix.slice(0, -1), keys['wide']?.key ?? '', 'find', '%']) {
      expect(await anywhere(text)).toEqual([])
    }
  })

  test('leave the other environment’s keys alone, whatever is asked for', async () => {
    for (const [caller, other] of [
      ['wide', 'wide test'],
      ['wide test', 'wide'],
      ['web', 'web test'],
    ] as const) {
      const id = keys[other]?.id
      for (const [method, path, body] of [
        ['GET', `/v1/api-keys/${id}`],
        ['PATCH', `/v1/api-keys/${id}`, { name: 'x' }],
        ['POST', `/v1/api-keys/${id}/rotate`, {}],
        ['POST', `/v1/api-keys/${id}/revoke`, {}],
        ['POST', `/v1/api-keys/${id}/transfer`, { userId: 'admin' }],
        ['DELETE', `/v1/api-keys/${id}`],
      ] as const) {
        const answer = await by(caller).send(method, path, body)
        expect([path, answer.status]).toEqual([path, 404])
      }
    }
    const asked = await by('wide').get('/v1/api-keys?environment=test')
    expect(expectStatus(200, asked).data).toEqual([])
    const minted = await by('wide').post('/v1/api-keys', { name: 'x', environment: 'test' })
    expect([minted.status, minted.body.message]).toEqual([403, 'This key belongs to the live environment.'])
  })

  test('say which environment a key is of, and verify refuses the other', async () => {
    const { key } = keys['wide test'] ?? {}
    const verdict = async (environment?: string) =>
      (await mintmark.operator.post('/v1/verify', { key, ...(environment && { environment }) })).body
    expect(await verdict()).toMatchObject({ valid: true, key: { environment: 'test' } })
    expect(await verdict('test')).toMatchObject({ valid: true })
    expect(await verdict('live')).toMatchObject({
      status: 403,
      reason: 'forbidden',
      message: 'This key belongs to the test environment.',
    })
    const forwarded = await by('wide test').get('/v1/forward-auth?environment=live')
    expect([forwarded.status, forwarded.body.reason]).toEqual([403, 'forbidden'])
  })
})
