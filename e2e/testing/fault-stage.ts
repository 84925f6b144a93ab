import { setTimeout as sleep } from 'node:timers/promises'
import {
  startPostgres,
  startRedis,
  type PostgresServer,
  type RedisServer,
} from '../../packages/server/src/testing/servers.ts'
import { call, expectCall, watchers, type Answer } from './client.ts'
import { endings, type AskedClaim } from './endings.ts'
import type { Exchange } from '../../packages/server/src/testing/exchange.ts'
import { Fleet } from './fleet.ts'
import { createOrganization } from './installation.ts'
import { findViolations, type Violation } from './revocation-checker.ts'
import { RevocationHistory } from './revocation-history.ts'
import { count, isRelease } from '../../packages/server/src/testing/scale.ts'
import { startLoad, type SteadyLoad } from './steady-load.ts'
import { waysToAsk } from './ways-to-ask.ts'

export type Harm = {
  /** Wrongly let in, or shut out. */
  readonly violations: readonly Violation[]
  /** Answers that no fault excuses. */
  readonly undocumented: readonly string[]
  /** Nodes that have ended. */
  readonly dead: number
  /** Log lines of rejections and exceptions that nobody handled. */
  readonly unheard: readonly string[]
}

export const noHarm: Harm = { violations: [], undocumented: [], dead: 0, unheard: [] }

const nodeCount = count(2, 3)
const standingKeys = 4
/** DESIGN section 5. In CI the machine is busy with other suites, and all that counts is that it happens by itself. */
export const recoveryMs = isRelease ? 5_000 : 25_000
const pollMs = 20

/**
 * Several nodes under load on a PostgreSQL and a Redis of their own, that may be broken: what stands is asked for, and
 * rights are ended, throughout.
 */
export class FaultStage {
  readonly postgres: PostgresServer
  readonly redis: RedisServer
  readonly databaseUrl: string
  readonly fleet: Fleet
  #history = new RevocationHistory()
  #standing: readonly AskedClaim[] = []
  #load: SteadyLoad | null = null
  readonly #undocumented: string[] = []

  private constructor(postgres: PostgresServer, redis: RedisServer, databaseUrl: string, env: Record<string, string>) {
    this.postgres = postgres
    this.redis = redis
    this.databaseUrl = databaseUrl
    this.fleet = new Fleet({ MINTMARK_DATABASE_URL: databaseUrl, MINTMARK_REDIS_URL: redis.url, ...env })
  }

  static async start(env: Record<string, string> = {}): Promise<FaultStage> {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
    const stage = new FaultStage(postgres, redis, await postgres.createDatabase(), env)
    try {
      await stage.#open()
    } catch (error) {
      await stage.remove()
      throw error
    }
    return stage
  }

  /** Answers so far that decided something; a longer wait is a stronger test. */
  async decided(answers: number): Promise<void> {
    await this.#load?.decided(answers)
  }

  startLoad(): void {
    this.#history = new RevocationHistory()
    this.#load = startLoad({ installation: this.fleet, history: this.#history, standing: this.#standing, endings })
  }

  /** What no fault may do. Ends the load. */
  async harm(): Promise<Harm> {
    await this.#load?.stop()
    this.#load = null
    const { nodes } = this.fleet
    return {
      violations: [...findViolations(this.#history.events)],
      undocumented: this.#undocumented,
      dead: nodes.filter((node) => !node.isRunning).length,
      unheard: nodes.flatMap((node) => node.log().match(/^.*(?:unhandled|uncaught).*$/gim) ?? []),
    }
  }

  get history(): RevocationHistory {
    return this.#history
  }

  async readiness(): Promise<readonly Answer[]> {
    return Promise.all(this.fleet.nodes.map(({ url }) => call(url, 'GET', '/readyz')))
  }

  /** Waits, for as long as it may take, until every node's readiness is so. */
  async untilReadiness(matches: (answer: Answer) => boolean): Promise<void> {
    const untilMs = performance.now() + recoveryMs
    for (;;) {
      const answers = await this.readiness()
      if (answers.every(matches)) return
      if (performance.now() > untilMs) {
        throw new Error(`After ${recoveryMs} ms: ${answers.map(({ status, text }) => `${status} ${text}`).join('\n')}`)
      }
      await sleep(pollMs)
    }
  }

  async remove(): Promise<void> {
    watchers.delete(this.#watch)
    await this.#load?.stop()
    await this.fleet.remove()
    await this.redis.remove()
    await this.postgres.remove()
  }

  async #open(): Promise<void> {
    await this.fleet.start(1)
    const pepper = { MINTMARK_PEPPER_FILE: `${this.fleet.at(0).dataDir}/pepper` }
    while (this.fleet.nodes.length < nodeCount) await this.fleet.join(pepper)
    const organization = await createOrganization(this.fleet, { rateLimit: { limit: 100_000, windowSeconds: 1 } })
    const { url, operatorKey: key } = this.fleet
    const headers = organization.acting(organization.userIds['admin'])
    const mint = () => expectCall(201, url, 'POST', '/v1/api-keys', { key, headers, body: { name: 'standing' } })
    const keys = await Promise.all(Array.from({ length: standingKeys }, mint))
    this.#standing = keys.map((minted) => ({ claim: `${minted.id} is live`, ways: waysToAsk(key, minted.key) }))
    watchers.add(this.#watch)
  }

  /** An outage is told as 503 `unavailable` with the time to come again, and the process is always alive. */
  readonly #watch = async ({ method, path, answer }: Exchange): Promise<void> => {
    const { status, headers, body, text } = answer
    const isHealth = path === '/healthz'
    const isOutage = status === 503 && Number(headers.get('retry-after')) >= 1
    const isTold = isOutage && (path === '/readyz' || body?.reason === 'unavailable')
    if (isHealth ? status !== 200 : status >= 500 && !isTold)
      this.#undocumented.push(`${method} ${path}: ${status} ${text}`)
  }
}
