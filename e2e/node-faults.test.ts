import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { describeWithOwnServers } from '../packages/server/src/testing/servers.ts'
import { brokenRules } from './testing/database-rules.ts'
import { endings, type AskedClaim, type Ending } from './testing/endings.ts'
import { FaultStage, noHarm } from './testing/fault-stage.ts'
import { sendAndHangUp } from './testing/hang-up.ts'
import { createOrganization } from './testing/installation.ts'
import { coverageOf } from './testing/revocation-checker.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { anyOf } from './testing/volley.ts'

const pausesOfAKind = count(1, 20)
const hangUps = count(60, 2_000)
const answersBetween = count(60, 3_000)
/** Most pauses are those of a garbage collection; now and then a machine is suspended. */
const shortPauseMs = 150
const longPauseMs = count(1_500, 30_000)
const longPauseShare = count(0.05, 0.02)

vi.setConfig({ testTimeout: count(120_000, 3_600_000) })

/** Stops a node in the midst of questions, ends the right at another one, asks the stopped one, and lets it go on. */
async function endWhilePaused(stage: FaultStage, ending: Ending): Promise<boolean> {
  const { fleet, history } = stage
  const { claims, end } = await ending.prepare(fleet)
  const paused = anyOf(fleet.nodes)
  const other = anyOf(fleet.nodes.filter((node) => node !== paused))
  const ask =
    (url: string) =>
    ({ claim, ways }: AskedClaim) => {
      const way = anyOf(ways)
      return history.verify(claim, `${way.name} at ${url}`, () => way.ask(url))
    }
  const asked: Promise<unknown>[] = []
  const askAll = (url: string, times: number): void => {
    for (let time = 0; time < times; time += 1) asked.push(...claims.map(ask(url)))
  }
  askAll(paused.url, 6)
  await sleep(Math.random() * 4)
  paused.pause()
  try {
    const names = claims.map(({ claim }) => claim)
    const acknowledged = await history.end(names, ending.name, () => end(other.url))
    askAll(paused.url, 6)
    askAll(other.url, 3)
    await sleep(Math.random() * (Math.random() < longPauseShare ? longPauseMs : shortPauseMs))
    return acknowledged
  } finally {
    paused.resume()
    await Promise.all(asked)
  }
}

/** Sends some bytes of a request, and is gone. */
async function sendPartAndVanish(url: string, text: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text.slice(0, Math.ceil(Math.random() * text.length)))
  await sleep(Math.random() * 5)
  if (Math.random() < 0.5) socket.resetAndDestroy()
  else socket.destroy()
}

describeWithOwnServers('nodes that stand still, and clients that go away', () => {
  let stage: FaultStage
  beforeAll(async () => {
    stage = await FaultStage.start()
  })
  afterAll(() => stage.remove())
  beforeEach(() => stage.startLoad())

  test('a node that slept through an ending has not missed it when it wakes', async () => {
    let acknowledged = 0
    for (const ending of Array.from({ length: pausesOfAKind }, () => endings).flat()) {
      if (await endWhilePaused(stage, ending)) acknowledged += 1
    }
    await stage.decided(answersBetween)
    // A node may stand still with a lock in its hands; then the ending is refused as an outage.
    expect(acknowledged).toBeGreaterThan((endings.length * pausesOfAKind) / 2)
    expect(coverageOf(stage.history.events).decidedAfter).toBeGreaterThan(6 * acknowledged)
    expect(await stage.harm()).toEqual(noHarm)
    expect(await brokenRules(stage.databaseUrl)).toEqual([])
  })

  test('clients that go away in the midst of a request harm nobody, and leave nothing half done', async () => {
    const organization = await createOrganization(stage.fleet)
    const acting = { authorization: `Bearer ${stage.fleet.operatorKey}`, ...organization.acting() }
    const body = { name: 'unheard', owner: 'organization', role: 'admin' }
    const head = Object.entries({ host: 'localhost', ...acting, 'content-type': 'application/json' })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')
    const json = JSON.stringify(body)
    const request = `POST /v1/api-keys HTTP/1.1\r\n${head}content-length: ${json.length}\r\n\r\n${json}`
    for (let turn = 0; turn < hangUps; turn += 1) {
      const { url } = anyOf(stage.fleet.nodes)
      const after = turn % 2 === 0 ? 'sending' : 'head'
      await Promise.all([
        sendAndHangUp(`${url}/v1/api-keys`, { headers: acting, body, after }),
        sendPartAndVanish(url, request),
        sendPartAndVanish(url, request.replace('/v1/api-keys', '/v1/verify')),
      ])
    }
    await stage.decided(answersBetween)
    expect(await stage.harm()).toEqual(noHarm)
    expect(await brokenRules(stage.databaseUrl)).toEqual([])
  })
})
