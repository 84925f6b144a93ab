import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { openSlowLink, type SlowLink } from '../packages/server/src/testing/slow-link.ts'
import { startCachingProxy } from './testing/caching-proxy.ts'
import { endings } from './testing/endings.ts'
import { startCluster, startEmbedded, type Installation } from './testing/installation.ts'
import { coverageOf, findViolations } from './testing/revocation-checker.ts'
import { RevocationHistory } from './testing/revocation-history.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { sdkClients } from './testing/sdk-clients.ts'
import { fireAround, inParallel, type Volley } from './testing/volley.ts'
import { askBySdk } from './testing/ways-to-ask.ts'

/** Of each kind: 68 in CI, 1,105 at release, each with 15 verifications around it of every claim that it ends. */
const endingsOfAKind = count(3, 65)
/** Few: what else is under way delays the question that follows an acknowledgement, and hides how late an end shows. */
const atOnce = { onOneMachine: 1, onThreeNodes: 3, bySdk: 4 }
/** Longer than an ending takes: then look-ups that left before it are answered after it. */
const lateByMs = 15
const timeoutMs = count(60_000, 600_000)

async function revoke(
  installation: Installation,
  options: { readonly timesEach: number; readonly width: number } & Pick<Volley, 'askAt' | 'askVerify'>,
): Promise<RevocationHistory> {
  const history = new RevocationHistory()
  const { timesEach, width, askAt, askVerify } = options
  const rounds = Array.from({ length: timesEach }, () => endings).flat()
  await inParallel(rounds, width, async (ending) => {
    const volley = { installation, history, ...(askAt && { askAt }), ...(askVerify && { askVerify }) }
    const { acknowledged } = await fireAround(ending, volley)
    expect({ ending: ending.name, acknowledged }).toEqual({ ending: ending.name, acknowledged: true })
  })
  return history
}

/** Nothing accepted late, nothing refused early, and enough was seen to say so. */
function expectStrict({ events }: RevocationHistory): void {
  expect([...findViolations(events)]).toEqual([])
  const coverage = coverageOf(events)
  expect(coverage.ended).toBeGreaterThanOrEqual(endings.length * endingsOfAKind)
  expect(coverage.decidedAfter).toBeGreaterThan(4 * coverage.ended)
  expect(coverage.decidedBefore).toBeGreaterThan(0)
  expect(coverage.around).toBeGreaterThan(coverage.ended)
}

describe('revoked means revoked, on one machine', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await startEmbedded()
  })
  afterAll(() => installation.remove())

  test('nothing is accepted that was sent after an ending was acknowledged', { timeout: timeoutMs }, async () => {
    expectStrict(await revoke(installation, { timesEach: endingsOfAKind, width: atOnce.onOneMachine }))
  })

  test(
    'nor by the SDK alone, whose questions share requests, over a link that takes its time',
    { timeout: timeoutMs },
    async () => {
      const link = slowFetch()
      const clients = sdkClients(installation.operatorKey, link.fetch)
      const askVerify: Volley['askVerify'] = (url, question) => askBySdk(clients(url), question)
      expectStrict(await revoke(installation, { timesEach: endingsOfAKind, width: atOnce.bySdk, askVerify }))
      expect(link.shared()).toBeGreaterThan(endings.length * endingsOfAKind)
    },
  )

  test('and the same eyes see it where a question joins one that was sent', async () => {
    const clients = sdkClients(installation.operatorKey, slowFetch().fetch)
    const askVerify = joiningSent((url, question) => askBySdk(clients(url), question))
    const { events } = await revoke(installation, { timesEach: 2, width: atOnce.bySdk, askVerify })
    const late = [...findViolations(events)].filter(({ kind }) => kind === 'accepted late')
    expect(new Set(late.map(({ end }) => end?.by)).size).toBeGreaterThan(2)
  })
})

/** A way to a node on which every answer is late, as from another machine. It counts the requests that were shared. */
function slowFetch(): { readonly fetch: typeof fetch; shared(): number } {
  let shared = 0
  return {
    shared: () => shared,
    async fetch(input, init) {
      if (typeof input === 'string' && input.endsWith('/batch')) shared += 1
      const answer = await fetch(input, init)
      await sleep(lateByMs)
      return answer
    },
  }
}

/** The mistake that batching invites: whoever asks what is being asked already gets that answer. */
function joiningSent(ask: NonNullable<Volley['askVerify']>): NonNullable<Volley['askVerify']> {
  const sent = new Map<string, ReturnType<typeof ask>>()
  return (url, question) => {
    const place = `${url} ${JSON.stringify(question)}`
    const joined = sent.get(place) ?? ask(url, question).finally(() => sent.delete(place))
    sent.set(place, joined)
    return joined
  }
}

describeWithPostgresAndRedis('revoked means revoked, on three nodes, to one of which the database speaks late', () => {
  let installation: Installation
  let link: SlowLink
  beforeAll(async () => {
    const [databaseUrl, redisUrl] = [await testDatabaseUrl(), await testRedisUrl()]
    link = await openSlowLink(databaseUrl, lateByMs)
    const lastNodeEnv = { MINTMARK_DATABASE_URL: link.url }
    installation = await startCluster({ nodeCount: 3, databaseUrl, redisUrl, lastNodeEnv })
  })
  afterAll(async () => {
    await installation.remove()
    await link.close()
  })

  test(
    'nothing is accepted by any node that was sent after any of them acknowledged an ending',
    { timeout: timeoutMs },
    async () => {
      expectStrict(await revoke(installation, { timesEach: endingsOfAKind, width: atOnce.onThreeNodes }))
    },
  )

  test('and the same eyes see it where acceptances are remembered for half a second', async () => {
    const proxies = await Promise.all(installation.nodes.map(({ url }) => startCachingProxy(url, 500)))
    const askAt = proxies.map(({ url }) => url)
    const { events } = await revoke(installation, { timesEach: 1, width: atOnce.onThreeNodes, askAt })
    await Promise.all(proxies.map((proxy) => proxy.close()))
    const late = [...findViolations(events)].filter(({ kind }) => kind === 'accepted late')
    expect(new Set(late.map(({ end }) => end?.by)).size).toBeGreaterThan(2)
  })
})
