import type { AuditHead, AuditStore, ChainName } from '../ports/audit.ts'
import type { Storage } from '../ports/storage.ts'
import { beginningOf } from './chain-beginning.ts'
import { readPayload } from './stored-event.ts'

/** A head that was kept elsewhere, and whose it is. */
export type NamedHead = AuditHead & { readonly chain: ChainName }

/**
 * `passes`: the chain still goes through it, for what one event says of its place. `deleted`: its organization has been
 * deleted since, by the installation's own chain. `truncated`, `differs`: the first event that is not where it was.
 * `forgotten`: events up to `sequence` are no longer kept, by the chain's own word, so that nothing can be said.
 */
export type HeadComparison =
  | { readonly chain: ChainName; readonly outcome: 'passes' | 'deleted' }
  | { readonly chain: ChainName; readonly outcome: 'truncated' | 'differs' | 'forgotten'; readonly sequence: number }

/** Holds chains against their heads of before. Whether each is whole in itself is for its check to say. */
export async function compareHeads(storage: Storage, heads: readonly NamedHead[]): Promise<readonly HeadComparison[]> {
  const compared = []
  for (const head of heads) {
    compared.push(await storage.read('every-organization', ({ audit }) => compareHead(audit, head)))
  }
  return compared
}

async function compareHead(audit: AuditStore, head: NamedHead): Promise<HeadComparison> {
  const { chain, sequence, digest } = head
  const { head: now } = await audit.tail(chain)
  const length = now?.sequence ?? 0
  const { head: beginning } = await beginningOf(audit, chain)
  if (sequence < beginning.sequence) return { chain, outcome: 'forgotten', sequence: beginning.sequence }
  const there = sequence === beginning.sequence ? beginning.digest : (await audit.find(chain, sequence))?.digest
  if (there === digest && length >= sequence) return { chain, outcome: 'passes' }
  if (await wasDeletedSince(audit, head)) return { chain, outcome: 'deleted' }
  return length < sequence
    ? { chain, outcome: 'truncated', sequence: length + 1 }
    : { chain, outcome: 'differs', sequence }
}

async function wasDeletedSince(audit: AuditStore, { chain, sequence }: NamedHead): Promise<boolean> {
  const filter = {
    action: 'organization.deleted',
    targetId: chain,
    actorId: null,
    projectId: null,
    environment: null,
    fromMs: null,
    toMs: null,
  }
  let before: number | null = null
  do {
    const page = await audit.list('installation', filter, { before, limit: 100 })
    if (page.records.some(({ payload }) => deletedLength(payload) >= sequence)) return true
    before = page.nextBefore
  } while (before !== null)
  return false
}

/** How long the chain was when its organization was deleted. */
function deletedLength(payload: string | null): number {
  const head = readPayload(payload)?.changes['auditHead']
  const sequence = typeof head === 'object' && head !== null && 'sequence' in head ? head.sequence : null
  return typeof sequence === 'number' ? sequence : 0
}
