import type { Effort, Row } from './measures.ts'
import { startSubject } from './subject.ts'

/** Below it, two kinds of refusals cannot be told apart by the time that they take. */
const bound = 4.5

/** One line for each pair of kinds: Welch's t between the times of their refusals. */
export async function measureTiming({ timedRefusals }: Effort): Promise<readonly Row[]> {
  const subject = await startSubject('subject-timing.ts', { keys: 1_000 })
  try {
    const rows: Row[] = []
    for (const pair of subject.ready['pairs'] as readonly string[]) {
      const { t = Number.NaN } = await subject.ask({ pair, samples: timedRefusals })
      const ratio = { median: t, lowest: t, highest: t }
      rows.push({ what: `t, ${pair}`, ours: '-', theirs: '-', ratio, goal: `< ${bound}`, isReached: t < bound })
    }
    return rows
  } finally {
    await subject.stop()
  }
}
