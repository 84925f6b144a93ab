import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { describeWithOwnServers } from '../packages/server/src/testing/servers.ts'
import { call, expectCall, type Answer } from './testing/client.ts'
import { postgresRows } from './testing/database-rows.ts'
import { brokenRules } from './testing/database-rules.ts'
import { FaultStage, noHarm, recoveryMs } from './testing/fault-stage.ts'
import { createOrganization } from './testing/installation.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { anyOf } from './testing/volley.ts'

const answersBetween = count(60, 3_000)
const cuts = count(5, 50)

vi.setConfig({ testTimeout: count(60_000, 600_000) + 2 * recoveryMs })

type Minted = { readonly id: string; readonly key: string }

/** Mints on any node until it is stopped, and keeps what was acknowledged. */
async function keepMinting({ fleet }: FaultStage) {
  const organization = await createOrganization(fleet)
  const { operatorKey: key } = fleet
  const headers = organization.acting()
  const body = { name: 'through the fault', owner: 'organization', role: 'admin' }
  const acknowledged: Minted[] = []
  const state = { isOver: false }
  const minting = (async () => {
    while (!state.isOver) {
      const answer = await call(anyOf(fleet.nodes).url, 'POST', '/v1/api-keys', { key, headers, body }).catch(
        () => null,
      )
      if (answer?.status === 201) acknowledged.push(answer.body)
      await sleep(5)
    }
  })()
  return {
    headers,
    async stop(): Promise<readonly Minted[]> {
      state.isOver = true
      await minting
      return acknowledged
    },
  }
}

/** Every kind of request that needs the authority, at one node. */
async function everyRequest(url: string, operatorKey: string, headers: Record<string, string>, { id, key }: Minted) {
  const operator = (method: string, path: string, body?: object) =>
    call(url, method, path, { key: operatorKey, headers, ...(body !== undefined && { body }) })
  return Promise.all([
    call(url, 'POST', '/v1/verify', { key: operatorKey, body: { key } }),
    call(url, 'POST', '/v1/verify/batch', { key: operatorKey, body: { requests: [{ key }] } }),
    call(url, 'GET', '/v1/forward-auth', { key }),
    call(url, 'GET', '/v1/me', { key }),
    operator('GET', '/v1/api-keys'),
    operator('POST', '/v1/api-keys', { name: 'never', owner: 'organization', role: 'admin' }),
    operator('PATCH', `/v1/api-keys/${id}`, { name: 'never' }),
    operator('POST', `/v1/api-keys/${id}/rotate`, {}),
    operator('POST', `/v1/api-keys/${id}/revoke`, {}),
    operator('DELETE', `/v1/api-keys/${id}`),
    call(url, 'POST', '/v1/organizations', { key: operatorKey, body: { name: 'never' } }),
    call(url, 'POST', '/v1/operator-keys', { key: operatorKey, body: { name: 'never' } }),
  ])
}

const isReady = ({ status }: Answer): boolean => status === 200
const isOut = ({ status, body }: Answer): boolean =>
  status === 503 && body.dependencies.find(({ name }: { name: string }) => name === 'postgres').status === 'unavailable'

const faults = [
  {
    name: 'stopped',
    fail: ({ postgres }: FaultStage) => postgres.stop('fast'),
    mend: ({ postgres }: FaultStage) => postgres.start(),
  },
  {
    name: 'killed',
    fail: ({ postgres }: FaultStage) => postgres.kill(),
    mend: ({ postgres }: FaultStage) => postgres.start(),
  },
  {
    name: 'hung',
    fail: async ({ postgres }: FaultStage) => postgres.pause(),
    mend: async ({ postgres }: FaultStage) => postgres.resume(),
  },
]

describeWithOwnServers('PostgreSQL away', () => {
  let stage: FaultStage
  beforeAll(async () => {
    stage = await FaultStage.start()
  })
  afterAll(() => stage.remove())
  beforeEach(() => stage.startLoad())

  test.each(faults)(
    '$name: 503 everywhere, neither yes nor no, nothing half done, and it ends by itself',
    async ({ fail, mend }) => {
      const { operatorKey: key, nodes } = stage.fleet
      const minting = await keepMinting(stage)
      const { headers } = minting
      const body = { name: 'standing', owner: 'organization', role: 'admin' }
      const minted = await expectCall(201, stage.fleet.url, 'POST', '/v1/api-keys', { key, headers, body })
      await stage.decided(answersBetween)
      await fail(stage)
      await stage.untilReadiness(isOut)
      for (const { url } of nodes) {
        for (const answer of await everyRequest(url, key, headers, minted)) {
          expect([answer.status, answer.body?.reason]).toEqual([503, 'unavailable'])
          expect(answer.headers.get('content-type')).toContain('application/problem+json')
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        }
        expect((await call(url, 'GET', '/healthz')).status).toBe(200)
      }
      await mend(stage)
      await stage.untilReadiness(isReady)
      await stage.decided(answersBetween)
      const acknowledged = await minting.stop()
      expect(acknowledged.length).toBeGreaterThan(0)
      for (const { url } of nodes) {
        const requests = [minted, ...acknowledged.slice(-50)].map((one: Minted) => ({ key: one.key, cost: 0 }))
        const { results } = await expectCall(200, url, 'POST', '/v1/verify/batch', { key, body: { requests } })
        expect(results.filter(({ valid }: { valid: boolean }) => valid)).toHaveLength(requests.length)
      }
      expect(await stage.harm()).toEqual(noHarm)
      expect(await brokenRules(stage.databaseUrl)).toEqual([])
      expect(await postgresRows(stage.databaseUrl, `select id from api_keys where name = 'never'`)).toEqual([])
    },
  )

  test('its connections cut, again and again: nothing half done, nobody wrongly let in or shut out', async () => {
    const minting = await keepMinting(stage)
    for (let cut = 0; cut < cuts; cut += 1) {
      await stage.decided(answersBetween / 4)
      const ended = await postgresRows(
        stage.databaseUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'mintmark %'`,
      )
      expect(ended.length).toBeGreaterThan(4)
    }
    await stage.untilReadiness(isReady)
    await stage.decided(answersBetween)
    const acknowledged = await minting.stop()
    const ids = new Set((await postgresRows(stage.databaseUrl, 'select id from api_keys')).map(({ id }) => id))
    expect(acknowledged.filter(({ id }) => !ids.has(id))).toEqual([])
    expect(await stage.harm()).toEqual(noHarm)
    expect(await brokenRules(stage.databaseUrl)).toEqual([])
  })
})
