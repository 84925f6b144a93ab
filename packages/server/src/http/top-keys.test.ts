import { beforeAll, expect, test } from 'vitest'
import { expectStatus, refusal, type Client } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type MintedKey, type TestOrganization } from '../testing/in-process.ts'

describeOnBothStorages('GET /v1/usage/top-keys', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let shop: MintedKey
  let web: MintedKey
  let trial: MintedKey

  const use = async (key: string, times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) await mintmark.mintmark.engine.verify({ key })
    await mintmark.mintmark.engine.usage.flush()
  }
  const top = async (client: Client, query = '') =>
    expectStatus(200, await client.get(`/v1/usage/top-keys?${query}`)).data

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization({ rateLimit: { limit: 4, windowSeconds: 3_600 } })
    for (const id of ['shop', 'web']) await acme.addProject(id)
    shop = await acme.mint({ scope: 'project', projectId: 'shop', name: 'shop' })
    web = await acme.mint({ scope: 'project', projectId: 'web', name: 'web' })
    trial = await acme.mint({ environment: 'test', name: 'trial' })
    await use(shop.key, 3)
    await use(web.key, 7)
    await use(trial.key, 1)
  })

  test('tells which keys asked the most, accepted or not', async () => {
    const all = [
      { keyId: web.id, name: 'web', accepted: 4, refused: { rate_limit: 3 } },
      { keyId: shop.id, name: 'shop', accepted: 3, refused: {} },
      { keyId: trial.id, name: 'trial', accepted: 1, refused: {} },
    ]
    for (const bucket of ['minute', 'hour', 'day']) expect(await top(acme.operator, `bucket=${bucket}`)).toEqual(all)
    expect(await top(acme.operator, 'limit=1')).toEqual(all.slice(0, 1))
    expect(await top(acme.operator, 'projectId=shop')).toEqual(all.slice(1, 2))
    expect(await top(acme.operator, 'environment=test')).toEqual(all.slice(2))
    const before = '2020-01-02T00:00:00Z'
    expect(await top(acme.operator, `from=2020-01-01T00:00:00Z&to=${before}`)).toEqual([])
  })

  test('tells nobody of keys that he may not see', async () => {
    const other = await mintmark.organization()
    expect(await top(other.operator)).toEqual([])
    const own = await acme.mint()
    expectStatus(200, await acme.operator.post(`${own.path}/transfer`, { userId: 'member' }))
    await use(own.key, 1)
    const member = acme.as('member')
    expect((await top(member)).map(({ keyId }: { readonly keyId: string }) => keyId)).toEqual([own.id])
    const seenByKey = (await top(mintmark.client(trial.key))).map(({ keyId }: { readonly keyId: string }) => keyId)
    expect(seenByKey).toEqual([trial.id])
  })

  test('forgets a key that was deleted', async () => {
    const doomed = await acme.mint()
    await use(doomed.key, 1)
    expectStatus(204, await acme.operator.delete(doomed.path))
    const ids = (await top(acme.operator, 'limit=100')).map(({ keyId }: { readonly keyId: string }) => keyId)
    expect(ids).not.toContain(doomed.id)
  })

  test.each(['limit=0', 'limit=101', 'keyId=x', 'bucket=week'])('%s is refused', async (query) => {
    expect(refusal(await acme.operator.get(`/v1/usage/top-keys?${query}`)).slice(0, 2)).toEqual([
      400,
      'invalid_request',
    ])
  })
})
