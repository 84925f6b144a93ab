import { startPostgres } from '../packages/server/src/testing/postgres-server.ts'
import type { BenchSettings } from './embedded.ts'
import type { Effort, Row } from './measures.ts'
import { interleave, summarize } from './statistics.ts'
import { startSubject, type Subject } from './subject.ts'

const clients = 16
const organizations = 1_000
/** Of the iterations of a verification: a mint takes hundreds of times as long. */
const share = 200

/**
 * Mints a second in many organizations against one: each appends to its organization's audit chain, so that those of one
 * organization stand in line there, and nobody else should.
 */
export async function measureMints(effort: Effort): Promise<readonly Row[]> {
  const onSqlite = await mintsOn('SQLite', effort, async () => ({}), 0.8)
  const postgres = await startPostgres()
  try {
    const database = async () => ({ databaseUrl: await postgres.createDatabase() })
    return [onSqlite, await mintsOn('PostgreSQL', effort, database, 0.9)]
  } finally {
    await postgres.remove()
  }
}

async function mintsOn(
  storage: string,
  { rounds, iterations }: Effort,
  place: () => Promise<Partial<BenchSettings>>,
  goal: number,
): Promise<Row> {
  const subjects: Subject[] = []
  const start = async (count: number): Promise<() => Promise<number>> => {
    const subject = await startSubject('subject-mint.ts', { keys: 0, organizations: count, ...(await place()) })
    subjects.push(subject)
    const mints = Math.ceil(iterations / share)
    return async () => (await subject.ask({ mints, clients }))['mintsPerSecond'] ?? Number.NaN
  }
  try {
    const pairs = await interleave(rounds, await start(organizations), await start(1))
    const ratio = summarize(pairs.map(({ ours, theirs }) => ours / theirs))
    const perSecond = (values: readonly number[]): string => `${summarize(values).median.toFixed(0)} /s`
    return {
      what: `mints by ${clients}, ${organizations.toLocaleString('en')} organizations / one, ${storage}`,
      ours: perSecond(pairs.map(({ ours }) => ours)),
      theirs: perSecond(pairs.map(({ theirs }) => theirs)),
      ratio,
      goal: `>= ${goal}`,
      isReached: ratio.median >= goal,
    }
  } finally {
    for (const subject of subjects) await subject.stop()
  }
}
