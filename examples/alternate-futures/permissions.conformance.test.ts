import { promise, runningExample } from '@mintmark/example-conformance'
import { beforeAll, describe, expect } from 'vitest'

/** Their page's list, and what each permission lets a key do. */
const granted: Readonly<Record<string, readonly string[]>> = {
  'agents:read': ['GET /v1/agents', 'GET /v1/agents/:id'],
  'sites:read': ['GET /v1/sites', 'GET /v1/sites/:id'],
  'storage:read': ['GET /v1/storage', 'GET /v1/storage/:id'],
  'billing:read': ['GET /v1/billing', 'GET /v1/billing/payment-methods'],
  'agents:write': ['POST /v1/agents', 'PATCH /v1/agents/:id', 'DELETE /v1/agents/:id'],
  'sites:write': ['POST /v1/sites', 'PATCH /v1/sites/:id', 'DELETE /v1/sites/:id'],
  'storage:write': ['POST /v1/storage', 'DELETE /v1/storage/:id'],
  'billing:write': ['POST /v1/billing/payment-methods', 'DELETE /v1/billing/payment-methods/:id'],
}
const routes = Object.values(granted).flat()
const everything = Object.keys(granted)

const bodies: Readonly<Record<string, object>> = {
  'POST /v1/agents': { name: 'helper', instructions: 'Help.' },
  'POST /v1/sites': { name: 'harbour', domain: 'harbour.example' },
  'POST /v1/storage': { name: 'notes.txt', content: 'Notes.' },
  'POST /v1/billing/payment-methods': { brand: 'visa', lastDigits: '4242' },
  'PATCH /v1/agents/:id': { name: 'renamed' },
  'PATCH /v1/sites/:id': { domain: 'airport.example' },
}

describe('Alternate Futures: permissions', () => {
  const futures = runningExample('alternate-futures')
  let admin: string
  beforeAll(() => {
    admin = futures().person('admin').sessionToken
  })

  const create = async (permissions: readonly string[] | null): Promise<string> =>
    (await futures().call('POST', '/v1/api-keys', { key: admin, body: { name: 'ci', permissions } })).body.key
  /** One of what the route is about, made for it. */
  const subject = async (route: string): Promise<string> => {
    const collection = route.split(' ')[1]?.replace('/:id', '') ?? ''
    const made = await futures().call('POST', collection, { key: admin, body: bodies[`POST ${collection}`] })
    expect(made.status).toBe(201)
    return made.body.id
  }
  const ask = async (key: string, route: string) => {
    const [method = '', path = ''] = route.split(' ')
    const at = path.endsWith('/:id') ? path.replace(':id', await subject(route)) : path
    const body = bodies[route]
    return futures().call(method, at, { key, ...(body !== undefined && { body }) })
  }
  const permissionFor = (route: string): string =>
    everything.find((permission) => granted[permission]?.includes(route)) ?? ''

  for (const permission of everything) {
    promise('AF-2', `${permission} grants what it says, and nothing else`, async () => {
      const key = await create([permission])
      for (const route of routes) {
        const { status, text } = await ask(key, route)
        if (permissionFor(route) === permission) expect([route, status]).toEqual([route, successOf(route)])
        else {
          const refusal = `{"error":"Missing ${permissionFor(route)} permission."}`
          expect([route, status, text]).toEqual([route, 403, refusal])
        }
      }
    })
  }

  promise('AF-2', 'all grants all of it, several what they say together, and none nothing', async () => {
    const [all, two, none] = [await create(['all']), await create(['sites:read', 'billing:read']), await create([])]
    for (const route of routes) {
      expect([route, (await ask(all, route)).status]).toEqual([route, successOf(route)])
      const isOfTwo = ['sites:read', 'billing:read'].includes(permissionFor(route))
      expect([route, (await ask(two, route)).status]).toEqual([route, isOfTwo ? successOf(route) : 403])
      expect([route, (await ask(none, route)).status]).toEqual([route, 403])
    }
  })

  promise('AF-2', 'billing:read views what is used: of its own organization and environment', async () => {
    const { sessionToken } = futures().person('admin', futures().second)
    const ask = (key: string, method: string, at: string, body?: object) =>
      futures().call(method, at, { key, ...(body !== undefined && { body }) })
    const keyOf = async (environment: string): Promise<string> =>
      (await ask(sessionToken, 'POST', '/v1/api-keys', { name: 'ci', permissions: ['all'], environment })).body.key
    const [live, development] = [await keyOf('live'), await keyOf('test')]
    for (const name of ['harbour', 'airport']) await ask(live, 'POST', '/v1/sites', { name })
    await ask(live, 'POST', '/v1/billing/payment-methods', { brand: 'visa' })
    await ask(development, 'POST', '/v1/agents', { name: 'watcher' })
    const billing = async (key: string) => (await ask(key, 'GET', '/v1/billing')).body
    expect(await billing(live)).toEqual({ usage: { agents: 0, sites: 2, storage: 0 }, paymentMethods: 1 })
    expect(await billing(development)).toEqual({ usage: { agents: 1, sites: 0, storage: 0 }, paymentMethods: 0 })
  })

  promise('AF-2', 'not even all lets a key make keys', async () => {
    const key = await create(['all'])
    for (const permissions of [['sites:read'], ['all'], null]) {
      const made = await futures().call('POST', '/v1/api-keys', { key, body: { name: 'child', permissions } })
      expect(made.status).toBe(403)
    }
  })

  promise('AF-2', 'nobody gives a key more than he may himself', async () => {
    const developer = futures().person('developer').sessionToken
    const asDeveloper = (permissions: readonly string[]) =>
      futures().call('POST', '/v1/api-keys', { key: developer, body: { name: 'ci', permissions } })
    for (const permissions of [['all'], ['billing:write'], ['sites:read', 'billing:write'], ['*']]) {
      expect([permissions, (await asDeveloper(permissions)).status]).toEqual([permissions, 403])
    }
    const { key } = (await asDeveloper(['agents:write', 'billing:read'])).body
    expect((await ask(key, 'POST /v1/agents')).status).toBe(201)
    const viewer = futures().person('viewer').sessionToken
    const asViewer = await futures().call('POST', '/v1/api-keys', { key: viewer, body: { name: 'ci' } })
    expect(asViewer.status).toBe(403)
  })

  promise('AF-2', 'a stored file is uploaded and deleted, never changed', async () => {
    const key = await create(['all'])
    const id = await subject('POST /v1/storage')
    const changed = await futures().call('PATCH', `/v1/storage/${id}`, { key, body: { content: 'other' } })
    expect([changed.status, changed.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD'])
    expect((await futures().call('GET', `/v1/storage/${id}`, { key })).body.content).toBe('Notes.')
  })
})

function successOf(route: string): number {
  if (route.startsWith('POST')) return 201
  return route.startsWith('DELETE') ? 204 : 200
}
