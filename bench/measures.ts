import { startPostgres } from '../packages/server/src/testing/postgres-server.ts'
import { startRedis } from '../packages/server/src/testing/redis-server.ts'
import { demandedPermission, type BenchSettings } from './embedded.ts'
import { measureGuards } from './guards.ts'
import { createLoad, type LoadRequest } from './load.ts'
import { measureBesideSilentReceivers } from './silent-receivers.ts'
import { measureSdk } from './sdk.ts'
import { measureStart } from './start.ts'
import { measureMints } from './mint.ts'
import { interleave, summarize, type Pair, type Summary } from './statistics.ts'
import { startSubject, type Subject } from './subject.ts'
import { measureTiming } from './timing.ts'

/** How long to measure. */
export type Effort = {
  readonly rounds: number
  readonly iterations: number
  readonly loadSeconds: number
  readonly storedKeys: number
  /** Of each pair of kinds. */
  readonly timedRefusals: number
}

/** One line of the table. */
export type Row = {
  readonly what: string
  readonly ours: string
  readonly theirs: string
  readonly ratio: Summary
  readonly goal: string
  readonly isReached: boolean
}

export type Measure = { readonly name: string; readonly run: (effort: Effort) => Promise<readonly Row[]> }

const hotKeys = 1_000

export const measures: readonly Measure[] = [
  { name: 'in-process', run: async (effort) => [await againstHandMade(effort)] },
  { name: 'better-auth', run: async (effort) => [await againstBetterAuth(effort)] },
  { name: 'verify', run: async (effort) => [await verifyOverHttp('POST /v1/verify, embedded', effort, {}, 0.75)] },
  { name: 'forward-auth', run: async (effort) => [await forwardAuthOverHttp(effort)] },
  { name: 'cluster', run: async (effort) => [await verifyInCluster(effort)] },
  { name: 'stored', run: async (effort) => [await withManyStored(effort)] },
  { name: 'silent-receivers', run: measureBesideSilentReceivers },
  { name: 'timing', run: measureTiming },
  { name: 'mint', run: measureMints },
  { name: 'sdk', run: measureSdk },
  { name: 'guards', run: measureGuards },
  { name: 'start', run: measureStart },
]

async function againstHandMade(effort: Effort): Promise<Row> {
  const keys = 10_000
  const pairs = await inProcess('peers/hand-made.js', { keys }, { keys }, effort.iterations, effort)
  return costRow('in-process, 10,000 keys / hand-made', pairs, 0.5)
}

/** A thousandth of the iterations: it needs a thousand times as long. */
async function againstBetterAuth(effort: Effort): Promise<Row> {
  const keys = 100
  const iterations = { ours: effort.iterations, theirs: Math.ceil(effort.iterations / 500) }
  const pairs = await inProcess('peers/better-auth.js', { keys }, { keys }, iterations, effort)
  return costRow('in-process / Better Auth api-key', pairs, 1 / 300)
}

async function withManyStored(effort: Effort): Promise<Row> {
  const few = { keys: hotKeys }
  const many = { keys: hotKeys, stored: effort.storedKeys }
  const pairs = await inProcess('subject-in-process.ts', few, many, effort.iterations, effort)
  return costRow(`hot, ${effort.storedKeys.toLocaleString('en')} keys stored / 1,000`, pairs, 1.5)
}

/** CPU of ours (with `own` settings) and of the other subject, for one verification. */
async function inProcess(
  other: string,
  theirs: BenchSettings,
  own: BenchSettings,
  iterations: number | { readonly ours: number; readonly theirs: number },
  { rounds }: Effort,
): Promise<readonly Pair[]> {
  const count = typeof iterations === 'number' ? { ours: iterations, theirs: iterations } : iterations
  return withSubjects(['subject-in-process.ts', own], [other, theirs], async (our, their) => {
    const costOf = async (subject: Subject, times: number): Promise<number> =>
      (await subject.ask({ iterations: times }))['cpuMicroseconds'] ?? Number.NaN
    return interleave(
      rounds,
      () => costOf(our, count.ours),
      () => costOf(their, count.theirs),
    )
  })
}

async function verifyOverHttp(
  what: string,
  effort: Effort,
  settings: Partial<BenchSettings>,
  goal: number,
): Promise<Row> {
  return overHttp(what, effort, settings, goal, (key, operatorKey) => ({
    method: 'POST',
    path: '/v1/verify',
    headers: { Authorization: `Bearer ${operatorKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ key, permission: demandedPermission }),
  }))
}

async function forwardAuthOverHttp(effort: Effort): Promise<Row> {
  return overHttp('GET /v1/forward-auth, embedded', effort, {}, 0.85, (key) => ({
    method: 'GET',
    path: `/v1/forward-auth?permission=${demandedPermission}`,
    headers: { Authorization: `Bearer ${key}` },
    body: null,
  }))
}

async function verifyInCluster(effort: Effort): Promise<Row> {
  const postgres = await startPostgres()
  try {
    const redis = await startRedis()
    try {
      const settings = { databaseUrl: await postgres.createDatabase(), redisUrl: redis.url }
      return await verifyOverHttp('POST /v1/verify, PostgreSQL + Redis', effort, settings, 0.5)
    } finally {
      await redis.remove()
    }
  } finally {
    await postgres.remove()
  }
}

/** Both servers get the same requests, of as many keys as are hot. */
async function overHttp(
  what: string,
  { rounds, loadSeconds }: Effort,
  settings: Partial<BenchSettings>,
  goal: number,
  requestOf: (key: string, operatorKey: string) => LoadRequest,
): Promise<Row> {
  const own: BenchSettings = { ...settings, keys: hotKeys }
  const pairs = await withSubjects(['subject-http.ts', own], ['subject-floor.ts', {}], async (our, floor) => {
    const { operatorKey, keys } = our.ready as { operatorKey: string; keys: readonly string[] }
    const load = createLoad(keys.map((key) => requestOf(key, operatorKey)))
    const costOf = async (subject: Subject): Promise<number> => {
      const before = (await subject.ask({}))['cpuMicroseconds'] ?? Number.NaN
      const answered = await load.send(Number(subject.ready['port']), loadSeconds)
      const after = (await subject.ask({}))['cpuMicroseconds'] ?? Number.NaN
      return (after - before) / answered
    }
    try {
      return await interleave(
        rounds,
        () => costOf(our),
        () => costOf(floor),
      )
    } finally {
      load.close()
    }
  })
  const ratio = summarize(pairs.map(({ ours, theirs }) => theirs / ours))
  return { ...columnsOf(pairs), what: `floor / ${what}`, ratio, goal: `>= ${goal}`, isReached: ratio.median >= goal }
}

async function withSubjects<T>(
  own: readonly [file: string, settings: object],
  other: readonly [file: string, settings: object],
  work: (our: Subject, their: Subject) => Promise<T>,
): Promise<T> {
  const our = await startSubject(own[0], { ...own[1] })
  try {
    const their = await startSubject(other[0], { ...other[1] })
    try {
      return await work(our, their)
    } finally {
      await their.stop()
    }
  } finally {
    await our.stop()
  }
}

function costRow(what: string, pairs: readonly Pair[], goal: number): Row {
  const ratio = summarize(pairs.map(({ ours, theirs }) => ours / theirs))
  return { ...columnsOf(pairs), what, ratio, goal: `<= ${Number(goal.toFixed(4))}`, isReached: ratio.median <= goal }
}

function columnsOf(pairs: readonly Pair[]): { readonly ours: string; readonly theirs: string } {
  const text = (values: readonly number[]): string => `${summarize(values).median.toFixed(2)} us`
  return { ours: text(pairs.map(({ ours }) => ours)), theirs: text(pairs.map(({ theirs }) => theirs)) }
}
