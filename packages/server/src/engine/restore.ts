import { createAcceptRestored, type AcceptRestored } from './restore/accept-restored.ts'
import { createReplayJournal, type ReplayJournal, type ReplayParts } from './restore/replay-journal.ts'

/** What is done about a database that may have been restored, before anything is answered from it. */
export type Restore = { readonly replay: ReplayJournal; readonly accept: AcceptRestored }

export function createRestore(parts: ReplayParts): Restore {
  return { replay: createReplayJournal(parts), accept: createAcceptRestored(parts) }
}
