import { chainTarget } from '../audit-events/chain-beginning.ts'
import { systemCaller } from '../caller.ts'
import { forgettingAction, type ChainName } from '../ports/audit.ts'
import type { Storage } from '../ports/storage.ts'
import type { Mutate } from '../unit-of-work.ts'
import type { Job } from './job.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Deleted in one transaction. */
const maxEventsAtOnce = 500
/** Looked at before others get their turn. */
const maxChainsAtOnce = 50

const name = 'audit.forget'

/**
 * Deletes events that are older than is kept, from a chain's beginning on. The chain itself says so, in an event with
 * the digest that the first one that is left follows: so it proves itself as before.
 */
export function createAuditRetentionJob(parts: {
  readonly storage: Storage
  readonly mutate: Mutate
  readonly keptDays: number
}): Job {
  const { storage, mutate, keptDays } = parts
  let after: ChainName | null = null

  async function forgetSome(chain: ChainName, beforeMs: number): Promise<void> {
    await mutate({
      caller: systemCaller(chain === 'installation' ? null : chain, name),
      async work({ stores, tell }) {
        const last = await stores.audit.oldest(chain, beforeMs, maxEventsAtOnce)
        const events = last === null ? 0 : await stores.audit.forget(chain, last.sequence)
        if (last !== null && events > 0) {
          const changes = { through: last.sequence, digest: last.digest, events }
          await tell({ action: forgettingAction, target: chainTarget, changes })
        }
        return { result: null, resourceId: null }
      },
    })
  }

  return {
    name,
    everyMs: hourMs,
    async step() {
      const found = await storage.read('every-organization', async (stores) => {
        const { audit } = stores
        const beforeMs = (await stores.nowMs()) - keptDays * dayMs
        for (let count = 0; count < maxChainsAtOnce; count += 1) {
          const chain = await audit.nextChain(after)
          if (chain === null) return 'nothing more'
          if ((await audit.oldest(chain, beforeMs, 1)) !== null) return { chain, beforeMs }
          after = chain
        }
        return 'some were looked at'
      })
      if (typeof found === 'object') await forgetSome(found.chain, found.beforeMs)
      if (found === 'nothing more') after = null
      return found !== 'nothing more'
    },
  }
}
