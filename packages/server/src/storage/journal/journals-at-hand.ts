import type { JournalEntry, KnownJournal } from '../../engine/ports/journal.ts'
import { JournalDamaged, readContents, readEntries, type JournalContents } from './journal-contents.ts'

/** One that is there; `contents` is null where it is damaged. */
export type JournalAtHand = { readonly path: string; readonly contents: JournalContents | null }

/** Nodes of a cluster that share a data directory have a journal each: `revocations`, `revocations.2`, … */
const maxJournals = 64

/** Those that are there, and the path of the next one. */
export function journalsAtHand(
  path: string,
  { areShared }: { readonly areShared: boolean },
): {
  readonly found: readonly JournalAtHand[]
  readonly nextPath: string
} {
  const found: JournalAtHand[] = []
  for (let count = 1; count <= (areShared ? maxJournals : 1); count += 1) {
    const candidate = count === 1 ? path : `${path}.${count}`
    const journal = read(candidate)
    if (journal === null) return { found, nextPath: candidate }
    found.push(journal)
  }
  if (areShared) throw new Error(`There are ${maxJournals} journals beside ${path} already`)
  return { found, nextPath: path }
}

function read(path: string): JournalAtHand | null {
  try {
    const contents = readContents(path)
    return contents === null ? null : { path, contents }
  } catch (error) {
    if (error instanceof JournalDamaged) return { path, contents: null }
    throw error
  }
}

/** What a journal holds and its database may not have; nothing where the journal does not reach from there to its end. */
export function readSince(
  { path, contents }: JournalAtHand,
  known: readonly KnownJournal[],
): readonly { readonly id: string; readonly end: number; readonly entries: readonly JournalEntry[] }[] {
  if (contents === null) return []
  const { header, headerBytes, wholeBytes } = contents
  const position = known.find(({ id }) => id === header.id)?.position ?? 0
  try {
    const entries = readEntries(path, contents, position)
    return [{ id: header.id, end: wholeBytes - headerBytes + header.base, entries }]
  } catch (error) {
    if (error instanceof JournalDamaged) return []
    throw error
  }
}
