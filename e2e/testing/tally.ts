import type { Answer } from './client.ts'

/** How many answers there were of each kind: `{ '201': 50, '429 creation_limit': 150 }`. */
export function tally(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const kind = kindOf(answer)
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

function kindOf({ status, body, headers }: Answer): string {
  if (status >= 400) return `${status} ${body?.reason}`
  return headers.get('idempotent-replayed') === 'true' ? `${status} replayed` : `${status}`
}

/** `count` at once, numbered from 0. */
export async function inParallel<T>(count: number, work: (turn: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, async (_, turn) => work(turn)))
}
