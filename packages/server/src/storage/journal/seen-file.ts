import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** How far a node has seen its database count, and which journals that named then. */
export type Seen = { readonly beat: number; readonly journals: readonly string[] }

/** The latest that was noted beside these journals. Null: nothing is known, and nothing is taken for granted. */
export function latestSeen(journalPaths: readonly string[]): Seen | null {
  const noted = journalPaths.flatMap((path) => readSeen(path) ?? [])
  return noted.toSorted((one, other) => other.beat - one.beat)[0] ?? null
}

function readSeen(journalPath: string): Seen | null {
  try {
    const [beat, ...journals] = readFileSync(fileBeside(journalPath), 'latin1').split('\n')
    return beat !== undefined && /^\d{1,16}$/.test(beat) ? { beat: Number(beat), journals } : null
  } catch {
    return null
  }
}

/** Not synced: what a power cut takes of it, it takes of this node's memory of a few seconds. */
export function writeSeen(journalPath: string, { beat, journals }: Seen): void {
  const path = fileBeside(journalPath)
  writeFileSync(`${path}.new`, [beat, ...journals].join('\n'), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function fileBeside(journalPath: string): string {
  return `${journalPath}.seen`
}
