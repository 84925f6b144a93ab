import { parseChosenId, type ChainDigest } from '@mintmark/core'
import type { AuditCheck } from './engine/audit-events/check-audit.ts'
import type { NamedHead } from './engine/audit-events/compare-heads.ts'
import { hostCaller } from './engine/caller.ts'
import type { Engine } from './engine/engine.ts'
import type { ChainName } from './engine/ports/audit.ts'
import { invalid, notFound } from './engine/refused.ts'

/** Chains told of in one answer. */
const maxHeads = 200
/** An answer ends with the chain that is being walked then. */
const checkForMs = 10_000

/** What is told of some chains; `next` is where to go on, null where all have been told of. */
type Told<T> = { readonly data: readonly T[]; readonly next: string | null }

export type CheckedChain = { readonly chain: ChainName } & AuditCheck

/** The host's commands on audit trails: all of them, or the one that is named. */
export function auditCommands({ auditEvents, organizations }: Engine) {
  async function heads(input: unknown): Promise<Told<NamedHead>> {
    const named = readChain(input)
    if (named !== null) return { data: [await headOf(named)], next: null }
    const data = await auditEvents.heads(readAfter(input), maxHeads)
    return { data, next: data.length === maxHeads ? (data.at(-1)?.chain ?? null) : null }
  }

  async function check(input: unknown): Promise<Told<CheckedChain>> {
    const named = readChain(input)
    const from = readFrom(input)
    if (named !== null) {
      await headOf(named)
      return { data: [await checkOne(named, from)], next: null }
    }
    const untilMs = performance.now() + checkForMs
    const data: CheckedChain[] = []
    let after = readAfter(input)
    do {
      const [head] = await auditEvents.heads(after, 1)
      if (head === undefined) return { data, next: null }
      data.push(await checkOne(head.chain, {}))
      after = head.chain
    } while (performance.now() < untilMs && data.length < maxHeads)
    return { data, next: after }
  }

  /** Throws 404 for what is no chain, and should be none. */
  async function headOf(chain: ChainName): Promise<NamedHead> {
    const head = await auditEvents.head(callerOf(chain))
    if (head.sequence === 0 && chain !== 'installation') await organizations.get(chain)
    return { chain, ...head }
  }

  async function checkOne(chain: ChainName, from: { readonly from?: number }): Promise<CheckedChain> {
    return { chain, ...(await auditEvents.check(callerOf(chain), from)) }
  }

  return [
    ['audit head', heads],
    ['audit check', check],
    ['audit compare', async (input: unknown) => ({ data: await auditEvents.compare(readHeads(input)) })],
  ] as const
}

function callerOf(chain: ChainName) {
  return hostCaller(chain === 'installation' ? null : chain, { requestId: 'host', ip: null })
}

function readChain(input: unknown): ChainName | null {
  const { chain } = fieldsOf(input)
  return chain === undefined || chain === null ? null : parseChain(chain)
}

function parseChain(value: unknown): ChainName {
  if (value === 'installation') return value
  const id = typeof value === 'string' ? parseChosenId('org', value) : null
  if (id === null) throw notFound()
  return id
}

function readAfter(input: unknown): string | null {
  const { after } = fieldsOf(input)
  return typeof after === 'string' ? after : null
}

function readFrom(input: unknown): { readonly from?: number } {
  const { from } = fieldsOf(input)
  return typeof from === 'number' ? { from } : {}
}

function readHeads(input: unknown): readonly NamedHead[] {
  const { heads } = fieldsOf(input)
  if (!Array.isArray(heads)) throw invalid('heads', 'Give a list of heads.')
  return heads.map((head: unknown, index) => {
    const { chain, sequence, digest } = fieldsOf(head)
    if (!Number.isSafeInteger(sequence) || typeof digest !== 'string') {
      throw invalid(`heads[${index}]`, 'A head has a chain, a sequence and a digest.')
    }
    return { chain: parseChain(chain), sequence: Number(sequence), digest: digest as ChainDigest }
  })
}

function fieldsOf(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null ? { ...input } : {}
}
