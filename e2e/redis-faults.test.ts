import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { describeWithOwnServers } from '../packages/server/src/testing/servers.ts'
import { call, expectCall, type Answer } from './testing/client.ts'
import { FaultStage, noHarm, recoveryMs } from './testing/fault-stage.ts'
import { createOrganization } from './testing/installation.ts'
import { coverageOf } from './testing/revocation-checker.ts'
import { count } from '../packages/server/src/testing/scale.ts'

const limit = 5
const answersBetween = count(60, 3_000)

vi.setConfig({ testTimeout: count(60_000, 600_000) + 2 * recoveryMs })

type Limited = { readonly key: string; readonly revoke: () => Promise<unknown> }

/** A key with a limit that no test outlives. */
async function mintLimited({ fleet }: FaultStage): Promise<Limited> {
  const organization = await createOrganization(fleet, { rateLimit: { limit, windowSeconds: 86_400 } })
  const { url, operatorKey: key } = fleet
  const headers = organization.acting(organization.userIds['admin'])
  const minted = await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers, body: { name: 'limited' } })
  return {
    key: minted.key,
    revoke: () => expectCall(200, url, 'POST', `/v1/api-keys/${minted.id}/revoke`, { key, headers, body: {} }),
  }
}

/** Asks one node more often than the limit allows. */
async function admittedBy(url: string, { key }: Limited, operatorKey: string): Promise<number> {
  const ask = () => expectCall(200, url, 'POST', '/v1/verify', { key: operatorKey, body: { key } })
  const verdicts = await Promise.all(Array.from({ length: limit + 3 }, ask))
  const refused = verdicts.filter(({ valid }) => valid !== true)
  for (const verdict of refused) expect(verdict).toMatchObject({ status: 429, reason: 'rate_limit' })
  return verdicts.length - refused.length
}

async function admittedByEach({ fleet }: FaultStage, limited: Limited): Promise<readonly number[]> {
  return Promise.all(fleet.nodes.map(({ url }) => admittedBy(url, limited, fleet.operatorKey)))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

const redisStatus = ({ body }: Answer): string =>
  body.dependencies.find(({ name }: { name: string }) => name === 'redis').status
const isDegraded = (answer: Answer): boolean => answer.status === 200 && redisStatus(answer) === 'degraded'
const isExact = (answer: Answer): boolean => answer.status === 200 && redisStatus(answer) === 'ok'

const faults = [
  {
    name: 'stopped',
    fail: (stage: FaultStage) => stage.redis.stop(),
    mend: (stage: FaultStage) => stage.redis.start(),
  },
  {
    name: 'hung',
    fail: async (stage: FaultStage) => stage.redis.pause(),
    mend: async (stage: FaultStage) => stage.redis.resume(),
  },
]

describeWithOwnServers('Redis away', () => {
  describe('each node enforces the full limit by itself (local)', () => {
    let stage: FaultStage
    beforeAll(async () => {
      stage = await FaultStage.start()
    })
    afterAll(() => stage.remove())
    beforeEach(() => stage.startLoad())

    test.each(faults)(
      '$name: nobody is shut out, every node says so, and it ends by itself',
      async ({ fail, mend }) => {
        const before = await mintLimited(stage)
        expect(sum(await admittedByEach(stage, before))).toBe(limit)
        await stage.decided(answersBetween)
        await fail(stage)
        await stage.untilReadiness(isDegraded)
        for (const answer of await stage.readiness()) {
          expect(answer.body).toMatchObject({ ready: true })
          expect(answer.text).toContain('each node enforces the full limit by itself')
        }
        for (const node of stage.fleet.nodes) expect(node.log()).toContain('Redis does not answer: limiter degraded')
        const seen = coverageOf(stage.history.events)
        const during = await mintLimited(stage)
        expect(await admittedByEach(stage, during)).toEqual(stage.fleet.nodes.map(() => limit))
        const again = await admittedByEach(stage, before)
        for (const admitted of again) expect(admitted).toBeLessThanOrEqual(limit)
        await stage.decided(answersBetween)
        const now = coverageOf(stage.history.events)
        expect(now.ended).toBeGreaterThan(seen.ended)
        // But for what a busy machine is too slow for.
        expect(now.undecided - seen.undecided).toBeLessThan(answersBetween / 10)
        await mend(stage)
        await stage.untilReadiness(isExact)
        for (const node of stage.fleet.nodes) expect(node.log()).toContain('Redis answers again')
        const after = await mintLimited(stage)
        expect(sum(await admittedByEach(stage, after))).toBe(limit)
        // What a node admitted by itself still counts there.
        expect(sum(await admittedByEach(stage, during))).toBe(0)
        expect(await stage.harm()).toEqual(noHarm)
      },
    )

    test('killed and restarted empty: at most one more limit is admitted, and nobody is shut out', async () => {
      const limited = await mintLimited(stage)
      expect(sum(await admittedByEach(stage, limited))).toBe(limit)
      await stage.redis.kill()
      await stage.redis.start()
      let admitted = 0
      const hammer = async (): Promise<void> => {
        admitted += sum(await admittedByEach(stage, limited))
      }
      await hammer()
      await stage.untilReadiness(isExact)
      await hammer()
      await hammer()
      // One for each node that was by itself for a moment, and one of the Redis that had forgotten.
      expect(admitted).toBeLessThanOrEqual((stage.fleet.nodes.length + 1) * limit)
      const after = await mintLimited(stage)
      expect(sum(await admittedByEach(stage, after))).toBe(limit)
      expect(await stage.harm()).toEqual(noHarm)
    })

    test('already away when a node starts: it starts, says so, and joins the others when Redis is back', async () => {
      await stage.redis.stop()
      await stage.fleet.restart(1, { MINTMARK_PEPPER_FILE: `${stage.fleet.at(0).dataDir}/pepper` })
      await stage.untilReadiness(isDegraded)
      await stage.redis.start()
      await stage.untilReadiness(isExact)
      const after = await mintLimited(stage)
      expect(sum(await admittedByEach(stage, after))).toBe(limit)
      expect(await stage.harm()).toEqual(noHarm)
    })
  })

  describe('a limit that cannot be kept is none to be passed (refuse)', () => {
    let stage: FaultStage
    beforeAll(async () => {
      stage = await FaultStage.start({ MINTMARK_WHEN_LIMITER_UNAVAILABLE: 'refuse' })
    })
    afterAll(() => stage.remove())

    test.each(faults)(
      '$name: what needs a window is 503, all else goes on, and it ends by itself',
      async ({ fail, mend }) => {
        stage.startLoad()
        const { operatorKey } = stage.fleet
        const limited = await mintLimited(stage)
        const revoked = await mintLimited(stage)
        const organization = await createOrganization(stage.fleet)
        const member = { organizationId: organization.id, userId: organization.userIds['admin'] }
        const { url } = stage.fleet
        const session = await expectCall(201, url, 'POST', '/v1/sessions', { key: operatorKey, body: member })
        await stage.decided(answersBetween)
        await fail(stage)
        await stage.untilReadiness(isDegraded)
        for (const { text } of await stage.readiness()) {
          expect(text).toContain('what a limit must admit is refused (503)')
          expect(text).not.toContain('each node enforces the full limit')
        }
        for (const node of stage.fleet.nodes) {
          const verify = (key: string) => call(node.url, 'POST', '/v1/verify', { key: operatorKey, body: { key } })
          const asked = [
            await verify(limited.key),
            await call(node.url, 'POST', '/v1/verify/batch', {
              key: operatorKey,
              body: { requests: [{ key: limited.key }] },
            }),
            await call(node.url, 'GET', '/v1/forward-auth', { key: limited.key }),
            await call(node.url, 'GET', '/v1/me', { key: limited.key }),
          ]
          for (const { status, body, headers } of asked) {
            expect([status, body.reason]).toEqual([503, 'unavailable'])
            expect(headers.get('content-type')).toContain('application/problem+json')
            expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
          }
          expect((await verify(session.token)).body).toMatchObject({ valid: true, rateLimit: null })
          expect((await verify('mk_live_unknown')).body).toMatchObject({ valid: false, reason: 'invalid_key' })
          expect((await call(node.url, 'GET', '/v1/organizations', { key: operatorKey })).status).toBe(200)
        }
        await revoked.revoke()
        const told = await call(url, 'POST', '/v1/verify', { key: operatorKey, body: { key: revoked.key } })
        expect(told.body).toMatchObject({ valid: false, status: 401, reason: 'key_revoked' })
        await mend(stage)
        await stage.untilReadiness(isExact)
        expect(sum(await admittedByEach(stage, limited))).toBe(limit)
        await stage.decided(answersBetween)
        expect(await stage.harm()).toEqual(noHarm)
      },
    )
  })
})
