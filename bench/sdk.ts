import type { BenchSettings } from './embedded.ts'
import type { Effort, Row } from './measures.ts'
import { interleave, summarize, type Pair } from './statistics.ts'
import { startSubject } from './subject.ts'

const keys = 1_000
const goal = 3

/** How long a verification takes among 64 at once: each in a request of its own, and sharing them. */
export async function measureSdk({ rounds, iterations }: Effort): Promise<readonly Row[]> {
  const pairs = await askServer(rounds, Math.ceil(iterations / 10))
  const ratio = summarize(pairs.map(({ ours, theirs }) => theirs / ours))
  const text = (values: readonly number[]): string => `${summarize(values).median.toFixed(1)} us`
  return [
    {
      what: 'SDK, 64 at once: each alone / sharing requests',
      ours: text(pairs.map(({ ours }) => ours)),
      theirs: text(pairs.map(({ theirs }) => theirs)),
      ratio,
      goal: `>= ${goal}`,
      isReached: ratio.median >= goal,
    },
  ]
}

async function askServer(rounds: number, iterations: number): Promise<readonly Pair[]> {
  const server = await startSubject('subject-http.ts', { keys } satisfies BenchSettings)
  try {
    const { port, operatorKey, keys: minted } = server.ready
    const settings = { server: `http://127.0.0.1:${String(port)}`, key: operatorKey, keys: minted }
    const client = await startSubject('subject-sdk.ts', settings)
    const take = async (alone: boolean): Promise<number> =>
      (await client.ask({ iterations, alone }))['microseconds'] ?? Number.NaN
    try {
      return await interleave(
        rounds,
        () => take(false),
        () => take(true),
      )
    } finally {
      await client.stop()
    }
  } finally {
    await server.stop()
  }
}
