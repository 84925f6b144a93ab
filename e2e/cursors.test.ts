import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settle, type Household } from './testing/cast.ts'
import { expectCall } from './testing/client.ts'
import { startEmbedded, type Installation } from './testing/installation.ts'
import {
  listOf,
  OpenApiDocument,
  partOf,
  type DocumentedOperation,
} from '../packages/server/src/testing/openapi-document.ts'
import { asking, filled, realIds, type Ask } from './testing/resource-ids.ts'

let installation: Installation
let home: Household
let away: Household
let lists: readonly { readonly path: string; readonly cursor: string }[]

beforeAll(async () => {
  installation = await startEmbedded()
  home = await settle(installation)
  away = await settle(installation)
  const { url, operatorKey: key } = installation
  await expectCall(201, url, 'POST', '/v1/operator-keys', { key, body: { name: 'second' } })
  for (const { acting } of [home, away]) {
    await expectCall(201, url, 'POST', '/v1/projects', { key, headers: acting(), body: { name: 'second' } })
  }
  lists = await listsOf(await OpenApiDocument.of(url))
})

afterAll(() => installation.remove())

const operatorIn = (household: Household): Ask => asking(installation.url, installation.operatorKey, household.acting())

/** Every list that the document has, and the cursor of its first page of one. A list must have two to be asked. */
async function listsOf(document: OpenApiDocument): Promise<typeof lists> {
  const paged = document.operations.filter(isPaged)
  expect(paged.length).toBeGreaterThan(4)
  return Promise.all(
    paged.map(async ({ path: template }) => {
      const parent = template.slice(0, template.lastIndexOf('/'))
      const path = filled(template, template.includes('{') ? await realIds(document, parent, operatorIn(home), {}) : {})
      const page = await operatorIn(home)('GET', `${path}?limit=1`)
      const { nextCursor } = partOf(page.body)
      if (typeof nextCursor !== 'string') throw new Error(`GET ${path}: create two of them first`)
      return { path, cursor: nextCursor }
    }),
  )
}

function isPaged({ method, part }: DocumentedOperation): boolean {
  return method === 'get' && listOf(part['parameters']).some((parameter) => partOf(parameter)['name'] === 'cursor')
}

const turn = (ask: Ask, path: string, cursor: string, query = ''): Promise<number> =>
  ask('GET', `${path}?limit=1&cursor=${encodeURIComponent(cursor)}${query}`).then(({ status }) => status)

describe('a cursor', () => {
  test('turns the page of its own list, whatever the size of the next', async () => {
    for (const { path, cursor } of lists) {
      expect(await turn(operatorIn(home), path, cursor)).toBe(200)
      expect((await operatorIn(home)('GET', `${path}?limit=100&cursor=${cursor}`)).status).toBe(200)
    }
  })

  test('of one list is none of another', async () => {
    for (const { cursor } of lists) {
      for (const other of lists.filter((list) => list.cursor !== cursor)) {
        expect(await turn(operatorIn(home), other.path, cursor)).toBe(400)
      }
    }
  })

  test('of one organization is none of another', async () => {
    const tenants = lists.filter(({ path }) => /^\/v1\/(?:api-keys|projects)$/.test(path))
    expect(tenants.length).toBe(2)
    for (const { path, cursor } of tenants) expect(await turn(operatorIn(away), path, cursor)).toBe(400)
    const members = lists.find(({ path }) => path.endsWith('/members')) ?? { path: '', cursor: '' }
    const [, own] = /organizations\/([^/]+)/.exec(members.path) ?? []
    const path = members.path.replace(own ?? '', own === away.id ? home.id : away.id)
    expect(await turn(operatorIn(home), path, members.cursor)).toBe(400)
  })

  test('of all keys is none of fewer', async () => {
    const cursor = lists.find(({ path }) => path === '/v1/api-keys')?.cursor ?? ''
    for (const query of [
      'status=active',
      'environment=live',
      'q=key',
      `projectId=${home.projectId}`,
      `owner=${home.userIds['admin']}`,
      'unusedSince=2099-01-01T00:00:00Z',
      'expiresBefore=2099-01-01T00:00:00Z',
    ]) {
      expect(await turn(operatorIn(home), '/v1/api-keys', cursor, `&${query}`)).toBe(400)
    }
    expect(await turn(operatorIn(home), '/v1/api-keys', cursor, '&status=all')).toBe(200)
  })

  test('of who sees all is none of who sees less', async () => {
    const cursor = lists.find(({ path }) => path === '/v1/api-keys')?.cursor ?? ''
    const member = asking(installation.url, installation.operatorKey, home.acting(home.userIds['member']))
    expect(await turn(member, '/v1/api-keys', cursor)).toBe(400)
    expect(await turn(asking(installation.url, home.key.key), '/v1/api-keys', cursor)).toBe(400)
  })

  test('with any character changed, taken away or added is none', async () => {
    for (const { path, cursor } of lists) {
      const changed = Array.from(cursor, (character, index) => {
        const other = character === 'A' ? 'B' : 'A'
        return `${cursor.slice(0, index)}${other}${cursor.slice(index + 1)}`
      })
      const strange = [cursor.slice(0, -1), cursor.slice(1), `${cursor}A`, `${cursor}=`, `${cursor} `, ` ${cursor}`]
      const others = [
        `${cursor}${cursor}`,
        cursor.toLowerCase(),
        '',
        'null',
        '0',
        '-1',
        "' OR 1=1",
        '\u0000',
        'A'.repeat(200),
      ]
      for (const one of [...changed, ...strange, ...others]) {
        if (one !== cursor)
          expect(`${path} ${one} ${await turn(operatorIn(home), path, one)}`).toBe(`${path} ${one} 400`)
      }
    }
  })
})
