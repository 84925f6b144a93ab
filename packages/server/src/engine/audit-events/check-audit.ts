import { ChainWalk, type ChainCheck, type ChainFault } from '@mintmark/core'
import { chainDigests } from '../chain-digests.ts'
import type { AuditHead, AuditRecord, ChainName } from '../ports/audit.ts'
import type { Storage, Tenant } from '../ports/storage.ts'
import { everyKey } from '../operator-keys.ts'
import { invalid } from '../refused.ts'
import { beginningOf, type Beginning } from './chain-beginning.ts'
import { toChainEvent } from './stored-event.ts'

export type CheckInput = {
  /** The first event to look at; those before are taken at their word. 1 or more, default 1. */
  readonly from?: number
  /** A head that was exported before: the chain must still pass through it. Shows truncation, and a chain made anew. */
  readonly head?: AuditHead
}

export type AuditFault = ChainFault | 'columns_altered'

/** `sequence` is the first bad event's. */
export type AuditCheck =
  | { readonly whole: true; readonly checked: number }
  | { readonly whole: false; readonly sequence: number; readonly fault: AuditFault; readonly message: string }

/** Between two such pages others get their turn: 2 ms of hashing. */
const pageLength = 100

const sentences = {
  missing_event: 'The event with this sequence is missing, or another stands in its place.',
  digest_altered: 'The event does not follow from the one before it.',
  undeclared_erasure: 'The event was emptied, and no deletion says so.',
  undeclared_rewriting: 'What the event says was altered.',
  columns_altered: 'What the event is searched by is not what it says.',
  head_mismatch: 'The chain does not end, or pass, where its head says.',
} as const satisfies Record<AuditFault, string>

/** Walks a chain while others append to it, and erase from it, and names the first bad event. */
export async function checkAudit(storage: Storage, chain: ChainName, input: CheckInput): Promise<AuditCheck> {
  const check = new AuditWalk(storage, chain, input)
  const result = await check.run()
  return result.whole ? result : { ...result, message: sentences[result.fault] }
}

/** A chain's head, or where an empty one begins. */
export async function headOf(storage: Storage, chain: ChainName): Promise<AuditHead> {
  return storage.read(tenantOfChain(chain), async ({ audit }) => {
    const { head } = await audit.tail(chain)
    return head ?? { sequence: 0, digest: audit.origin }
  })
}

type Result = ChainCheck | { readonly whole: false; readonly sequence: number; readonly fault: AuditFault }

class AuditWalk {
  readonly #storage: Storage
  readonly #chain: ChainName
  readonly #from: number
  readonly #known: AuditHead | null

  constructor(
    storage: Storage,
    chain: ChainName,
    { from = 1, head = null }: { from?: number; head?: AuditHead | null },
  ) {
    if (!Number.isSafeInteger(from) || from < 1) throw invalid('from', 'Give the sequence of an event, 1 or more.')
    if (head !== null && head.sequence < from - 1) {
      throw invalid('head', `Check from ${head.sequence + 1} or before: this head is of event ${head.sequence}.`)
    }
    this.#storage = storage
    this.#chain = chain
    this.#from = from
    this.#known = head
  }

  async run(): Promise<Result> {
    for (;;) {
      const { head, saidBy } = await this.#beginning()
      const lie = saidBy === null ? null : await this.#checkAlone(saidBy)
      const result = lie ?? (await this.#walkFrom(await this.#start(head)))
      // What has been forgotten meanwhile is not missing.
      if (result.whole || (await this.#beginning()).head.sequence === head.sequence) return result
    }
  }

  /** Null: nothing is wrong with it, so far as it and the one before it tell. */
  async #checkAlone(record: AuditRecord): Promise<Result | null> {
    const before = await this.#read((audit) => audit.find(this.#chain, record.sequence - 1))
    const fault = before === null ? null : this.#step(new ChainWalk(this.#chain, before, chainDigests), record)
    return fault === null ? null : { whole: false, sequence: record.sequence, fault: fault.fault }
  }

  async #walkFrom(start: AuditHead | null): Promise<Result> {
    if (start === null) return { whole: false, sequence: this.#from - 1, fault: 'missing_event' }
    if (this.#contradicts(start)) return { whole: false, sequence: start.sequence, fault: 'head_mismatch' }
    const walk = new ChainWalk(this.#chain, start, chainDigests)
    for (;;) {
      // From the very first row there is: one with a sequence below 1 is none of ours.
      const after = walk.expected === 1 ? null : walk.expected - 1
      const records = await this.#read((audit) => audit.read(this.#chain, after, pageLength))
      for (const record of records) {
        const fault = this.#step(walk, record)
        if (fault !== null)
          return { whole: false, sequence: walk.expected - (fault.passed ? 1 : 0), fault: fault.fault }
      }
      await othersTurn()
      if (records.length < pageLength) {
        const end = await this.#end(walk)
        if (end !== null) return end
      }
    }
  }

  #step(walk: ChainWalk, record: AuditRecord): { readonly fault: AuditFault; readonly passed: boolean } | null {
    const event = toChainEvent(record)
    const fault = walk.step(event)
    if (fault !== null) return { fault, passed: false }
    // An event that is whole and cannot be found is as good as gone.
    if (!event.isFoundByWhatItSays) return { fault: 'columns_altered', passed: true }
    return this.#contradicts(record) ? { fault: 'head_mismatch', passed: true } : null
  }

  /** Null: there is more by now. */
  async #end(walk: ChainWalk): Promise<Result | null> {
    const { head, lastSequence } = await this.#read((audit) => audit.tail(this.#chain))
    const walked = walk.expected - 1
    if (lastSequence > walked) return null
    if (walked === 0 && (await this.#shouldHaveEvents())) return { whole: false, sequence: 1, fault: 'missing_event' }
    const end = walk.end(head ?? { sequence: 0, digest: await this.#read(async (audit) => audit.origin) })
    if (!end.whole) return end
    const known = this.#known
    return known === null || known.sequence <= walked
      ? end
      : { whole: false, sequence: walked + 1, fault: 'head_mismatch' }
  }

  /** Nothing comes into being without an event: where something is, one is missing. */
  async #shouldHaveEvents(): Promise<boolean> {
    const chain = this.#chain
    return this.#storage.read(tenantOfChain(chain), async ({ organizations, keys }) =>
      chain === 'installation'
        ? (await keys.list(null, { ...everyKey, nowMs: 0 }, { before: null, limit: 1 })).length > 0
        : (await organizations.find(chain)) !== null,
    )
  }

  async #beginning(): Promise<Beginning> {
    const beginning = await this.#read(async (audit) => beginningOf(audit, this.#chain))
    const { sequence } = beginning.head
    if (this.#known !== null && this.#known.sequence < sequence) {
      throw invalid('head', `Events up to ${sequence} have been forgotten: give a head of after them.`)
    }
    return beginning
  }

  /** Null: the event before the first one is not there. */
  async #start(beginning: AuditHead): Promise<AuditHead | null> {
    const before = this.#from - 1
    if (before <= beginning.sequence) return beginning
    const { record, head } = await this.#read(async (audit) => ({
      record: await audit.find(this.#chain, before),
      head: await audit.head(this.#chain),
    }))
    if (record === null && before > (head?.sequence ?? 0)) {
      throw invalid('from', `This chain has ${head?.sequence ?? 0} events.`)
    }
    return record
  }

  #contradicts({ sequence, digest }: AuditHead): boolean {
    return this.#known !== null && sequence === this.#known.sequence && digest !== this.#known.digest
  }

  async #read<T>(work: (audit: Parameters<Parameters<Storage['read']>[1]>[0]['audit']) => Promise<T>): Promise<T> {
    return this.#storage.read(tenantOfChain(this.#chain), ({ audit }) => work(audit))
  }
}

function tenantOfChain(chain: ChainName): Tenant {
  return chain === 'installation' ? 'every-organization' : chain
}

/** A long chain of a database that answers at once would leave nobody else a turn. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
