import { chainOf } from './audit.ts'
import { requireAuditRead, requireWholeOrganization } from './audit-events/audit-access.ts'
import { checkAudit, headOf, type AuditCheck, type CheckInput } from './audit-events/check-audit.ts'
import { compareHeads, type HeadComparison, type NamedHead } from './audit-events/compare-heads.ts'
import { listAudit, type AuditEventView, type AuditQuery } from './audit-events/list-audit.ts'
import type { Caller } from './caller.ts'
import type { Cursors } from './cursor.ts'
import type { ListPage } from './list.ts'
import type { AuditHead } from './ports/audit.ts'
import type { Storage } from './ports/storage.ts'

/** A chain: of the caller's organization, or, for an operator outside of any, the installation's own. */
export type AuditEventUseCases = {
  list(caller: Caller, query: AuditQuery): Promise<ListPage<AuditEventView>>
  /** Sequence 0 and the chain's origin, where nothing has happened yet. */
  head(caller: Caller): Promise<AuditHead>
  check(caller: Caller, input: CheckInput): Promise<AuditCheck>
  /** For the host: heads of at most `limit` chains, by name, those after `after`; null: from the first. */
  heads(after: string | null, limit: number): Promise<readonly NamedHead[]>
  /** For the host: whether chains still pass through heads that were kept elsewhere. */
  compare(heads: readonly NamedHead[]): Promise<readonly HeadComparison[]>
}

type Parts = { readonly storage: Storage; readonly cursors: Cursors }

export function createAuditEvents(parts: Parts): AuditEventUseCases {
  const { storage } = parts
  return {
    async list(caller, query) {
      requireAuditRead(caller)
      return listAudit(parts, caller, query)
    },
    async head(caller) {
      requireWholeOrganization(caller)
      return headOf(storage, chainOf(caller))
    },
    async check(caller, input) {
      requireWholeOrganization(caller)
      return checkAudit(storage, chainOf(caller), input)
    },
    heads: (after, limit) => listHeads(storage, after, limit),
    compare: (heads) => compareHeads(storage, heads),
  }
}

async function listHeads(storage: Storage, after: string | null, limit: number): Promise<readonly NamedHead[]> {
  return storage.read('every-organization', async ({ audit }) => {
    const heads: NamedHead[] = []
    let chain = await audit.nextChain(after)
    while (chain !== null && heads.length < limit) {
      const { head } = await audit.tail(chain)
      heads.push({ chain, ...(head ?? { sequence: 0, digest: audit.origin }) })
      chain = await audit.nextChain(chain)
    }
    return heads
  })
}
