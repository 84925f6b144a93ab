import { createHash } from 'node:crypto'
import type { Ending, JournalEntry } from './ports/journal.ts'

type Ended = Ending extends infer One ? (One extends Ending ? Omit<One, 'atMs'> : never) : never

/**
 * What stands in the journal for something that ended. By ids, not by the digests of credentials: those change with the
 * pepper, and a backup from before a change must find its keys all the same. Ids of keys, secrets and sessions have 130
 * random bits, so nobody can go back from here.
 */
export function digestEnding(ended: Ended): string {
  const born = ended.what === 'organization deleted' ? `\n${ended.createdAtMs}` : ''
  return createHash('sha256').update(`mintmark-journal\n${ended.what}\n${ended.id}${born}`).digest('hex')
}

export function entryOf(ending: Ending): JournalEntry {
  return { atMs: ending.atMs, digest: digestEnding(ending) }
}
