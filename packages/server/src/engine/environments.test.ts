import { beforeEach, describe, expect, test } from 'vitest'
import { expectStatus, refusal, type Client } from '../testing/http-client.ts'
import { describeOnBothStorages, type MintedKey } from '../testing/in-process.ts'
import { usingWebhookScene, type WebhookScene } from '../testing/webhook-scene.ts'

const refused = (environment: string) => [403, 'forbidden', `This key belongs to the ${environment} environment.`]

describeOnBothStorages('test and live keys', (open) => {
  const sceneOf = usingWebhookScene(open)
  let scene: WebhookScene
  let minted: Readonly<Record<'live' | 'test', MintedKey>>
  let as: Readonly<Record<'live' | 'test', Client>>

  beforeEach(async () => {
    scene = sceneOf()
    const { acme, mintmark } = scene
    await acme.addProject('web')
    minted = { live: await acme.mint({ environment: 'live' }), test: await acme.mint({ environment: 'test' }) }
    as = { live: mintmark.client(minted.live.key), test: mintmark.client(minted.test.key) }
  })

  test.each([
    ['test', 'live'],
    ['live', 'test'],
  ] as const)('a %s key reads nothing of what befell %s keys', async (own, other) => {
    const targetsOf = async (client: Client): Promise<readonly string[]> => {
      const { data } = expectStatus(200, await client.get('/v1/audit-events?action=api_key.created&limit=100'))
      return data.map(({ target }: { target: { id: string } }) => target.id)
    }
    expect(await targetsOf(as[own])).toEqual([minted[own].id])
    expect((await as[own].get(`/v1/audit-events?target=${minted[other].id}`)).body.data).toEqual([])
    expect(await targetsOf(scene.admin)).toEqual(expect.arrayContaining([minted[own].id, minted[other].id]))
    const others = expectStatus(200, await as[own].get('/v1/audit-events?action=project.created')).data
    expect(others).toHaveLength(1)
  })

  describe('webhooks', () => {
    const namesOf = async (webhookId: string, count: number) =>
      (await scene.delivered(webhookId, count)).map(({ requestBody }) => JSON.parse(requestBody ?? '{}').data.name)
    const create = async (client: Client): Promise<string> =>
      expectStatus(201, await client.post('/v1/webhooks', { url: scene.receiver.url, events: ['*'] })).id

    test('of a key hear of the keys of its environment, and of what has none', async () => {
      const id = await create(as.test)
      const { path } = await scene.acme.mint({ name: 'live one', environment: 'live' })
      expectStatus(204, await scene.admin.delete(path))
      await scene.acme.mint({ name: 'test one', environment: 'test' })
      expectStatus(201, await scene.admin.post('/v1/projects', { id: 'shop', name: 'a shop' }))
      expect(await namesOf(id, 2)).toEqual(['a shop', 'test one'])
    })

    test('that a key redirects hear no more; that a person redirects, of both', async () => {
      const id = await create(scene.admin)
      expectStatus(200, await as.live.patch(`/v1/webhooks/${id}`, { url: `${scene.receiver.url}/live` }))
      await scene.acme.mint({ name: 'unheard', environment: 'test' })
      await scene.acme.mint({ name: 'heard', environment: 'live' })
      expect(await namesOf(id, 1)).toEqual(['heard'])
      expectStatus(200, await scene.admin.patch(`/v1/webhooks/${id}`, { url: scene.receiver.url }))
      await scene.acme.mint({ name: 'heard again', environment: 'test' })
      expect(await namesOf(id, 2)).toEqual(['heard again', 'heard'])
    })

    test('of people show a key what was sent of its own environment alone', async () => {
      const id = await create(scene.admin)
      await scene.acme.mint({ name: 'live one', environment: 'live' })
      await scene.acme.mint({ name: 'test one', environment: 'test' })
      await scene.delivered(id, 2)
      for (const [index, own] of (['test', 'live'] as const).entries()) {
        const { data } = expectStatus(200, await as[own].get(`/v1/webhooks/${id}/deliveries`))
        const bodies = data.map(({ requestBody }: { requestBody: string | null }) => requestBody)
        expect(bodies[index]).toContain(`"${own} one"`)
        expect(bodies[1 - index]).toBeNull()
      }
    })
  })

  test.each([
    ['test', 'live'],
    ['live', 'test'],
  ] as const)('a %s key ends no %s key by the way', async (own, other) => {
    const { acme, admin } = scene
    await acme.addMember('eve', 'engineer')
    const project = { scope: 'project', projectId: 'web' }
    const key = await acme.mint({ ...project, environment: other }, 'eve')
    expect(refusal(await as[own].delete('/v1/projects/web'))).toEqual(refused(own))
    for (const fate of ['revoke', 'organization', 'admin']) {
      expect(refusal(await as[own].delete(`/v1/users/eve?keys=${fate}`))).toEqual(refused(own))
    }
    const kept = expectStatus(200, await admin.get(key.path))
    expect([kept.status, kept.owner]).toEqual(['active', { type: 'member', userId: 'eve' }])
    expectStatus(200, await admin.get('/v1/users/eve'))
    expectStatus(200, await admin.post(`${key.path}/revoke`, {}))
    await acme.mint({ ...project, environment: own }, 'eve')
    expectStatus(204, await as[own].delete('/v1/users/eve'))
    expectStatus(204, await as[own].delete('/v1/projects/web'))
  })
})
