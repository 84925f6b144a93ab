import { hostCaller } from '../caller.ts'
import type { Mutate } from '../unit-of-work.ts'

/** What no node has ever seen a database count to: each of them takes it as it is from then on. */
const acceptedStep = 2 ** 32

/**
 * The operator takes the database as it is, although journals are missing: keys that were revoked after it was backed up
 * may be in force again. Sessions end.
 */
export type AcceptRestored = (missing: readonly string[]) => Promise<void>

export function createAcceptRestored({ mutate }: { readonly mutate: Mutate }): AcceptRestored {
  return async (missing) => {
    await mutate({
      caller: hostCaller(null, { requestId: 'restore', ip: null }),
      async work({ stores, nowMs, tell }) {
        stores.mustFit()
        await stores.journals.beat(acceptedStep)
        await stores.journals.forget(missing)
        await stores.journals.endSessions(await nowMs())
        const target = { type: 'installation', id: 'installation' }
        await tell({ action: 'installation.restored', target, changes: { missingJournals: missing } })
        return { result: null, resourceId: null }
      },
    })
  }
}
