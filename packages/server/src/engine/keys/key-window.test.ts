import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus } from '../../testing/http-client.ts'
import { openingInProcess, type InProcess, type TestOrganization } from '../../testing/in-process.ts'

describe('GET /v1/api-keys/{id}/window', () => {
  const open = openingInProcess()
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open({ contract: { tiers: { free: { limit: 100, windowSeconds: 30 } }, defaultTier: 'free' } })
    acme = await mintmark.organization()
    await acme.addProject('web')
  })

  const windowOf = async (path: string) => expectStatus(200, await acme.as('admin').get(`${path}/window`))

  test('tells what is left under the tier’s limit, and looking spends nothing of it', async () => {
    const { key, path } = await acme.mint({ name: 'spent' })
    expect(await windowOf(path)).toEqual({ limit: 100, windowSeconds: 30, remaining: 100, resetSeconds: 0 })
    await mintmark.operator.post('/v1/verify', { key, cost: 7 })
    for (let looks = 0; looks < 3; looks++) {
      const { resetSeconds, ...rest } = await windowOf(path)
      expect(rest).toEqual({ limit: 100, windowSeconds: 30, remaining: 93 })
      expect(resetSeconds).toBeGreaterThan(0)
      expect(resetSeconds).toBeLessThanOrEqual(30)
    }
  })

  test('the key’s own limit comes before the organization’s, and that before the tier’s', async () => {
    const { path } = await acme.mint({ name: 'own' })
    expectStatus(200, await mintmark.operator.patch(acme.path, { rateLimit: { limit: 50, windowSeconds: 10 } }))
    expect(await windowOf(path)).toMatchObject({ limit: 50, windowSeconds: 10, remaining: 50 })
    expectStatus(200, await acme.operator.patch(path, { rateLimit: { limit: 5, windowSeconds: 1 } }))
    expect(await windowOf(path)).toMatchObject({ limit: 5, windowSeconds: 1, remaining: 5 })
    expectStatus(200, await mintmark.operator.patch(acme.path, { rateLimit: null }))
  })

  test('is there for whoever sees the key, and for nobody else', async () => {
    const mine = await acme.mint({ name: 'mine', scope: 'project', projectId: 'web' }, 'engineer')
    expect((await acme.as('engineer').get(`${mine.path}/window`)).status).toBe(200)
    const { path } = await acme.mint({ name: 'not yours' })
    expect((await acme.as('member').get(`${path}/window`)).status).toBe(404)
    expect((await acme.as('admin').get('/v1/api-keys/key_none/window')).status).toBe(404)
  })
})
