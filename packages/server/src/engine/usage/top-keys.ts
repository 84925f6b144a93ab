import type { Contract, Environment, KeyId, ProjectId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { visibleKeys } from '../keys/key-access.ts'
import type { Storage } from '../ports/storage.ts'
import type { KeyUsage, UsageBucket } from '../ports/usage.ts'
import { chunksOf, narrow, rangeOf, viewCounts, type Counts } from './read-usage.ts'
import type { UsageRetention } from './usage-retention.ts'

export type TopKeysQuery = {
  readonly projectId?: ProjectId
  readonly environment?: Environment
  readonly fromMs?: number
  readonly toMs?: number
  readonly bucket?: UsageBucket
  /** Default: 10. */
  readonly limit?: number
}

export type TopKey = Counts & { readonly keyId: KeyId; readonly name: string }

const usualLimit = 10

export type ListTopKeys = (caller: CallerIn, query: TopKeysQuery) => Promise<{ readonly data: readonly TopKey[] }>

/** Which keys asked the most, accepted or not, of those that the caller may see. Of equal ones the older comes first. */
export function createListTopKeys({
  storage,
  contract,
  retention,
}: {
  readonly storage: Storage
  readonly contract: Contract
  readonly retention: UsageRetention
}): ListTopKeys {
  return async (caller, { limit = usualLimit, ...query }) => {
    const { organizationId } = caller
    const { owner, id } = visibleKeys(contract, caller, 'api_keys:read')
    const filter = narrow(caller, { ...query, ...(id !== null && { keyId: id }) })
    const { keys, range } = await storage.read(organizationId, async (stores) => {
      const range = rangeOf(query, await stores.nowMs(), retention)
      const seen = filter === null ? null : { ...filter, ownerUserId: owner }
      return { keys: seen === null ? [] : await stores.usage.listKeyNumbers(organizationId, seen), range }
    })
    const counted = new Map<number, Map<string, number>>()
    for (const some of chunksOf(keys, range)) {
      add(counted, await storage.read(organizationId, (stores) => stores.usage.sumByKey(some, range)))
    }
    const top = [...counted].toSorted(byRequests).slice(0, limit)
    const names = await storage.read(organizationId, (stores) =>
      stores.usage.nameKeys(
        organizationId,
        top.map(([number]) => number),
      ),
    )
    // A key that was deleted meanwhile has no name, and took its usage along.
    const data = top.flatMap(([number, counts]) => {
      const named = names.get(number)
      return named === undefined ? [] : [{ keyId: named.id, name: named.name, ...viewCounts(counts) }]
    })
    return { data }
  }
}

function add(counted: Map<number, Map<string, number>>, sums: readonly KeyUsage[]): void {
  for (const { keyNumber, outcome, count } of sums) {
    const of = counted.get(keyNumber) ?? new Map<string, number>()
    counted.set(keyNumber, of)
    of.set(outcome, (of.get(outcome) ?? 0) + count)
  }
}

function byRequests(
  [one, counts]: readonly [number, ReadonlyMap<string, number>],
  [other, otherCounts]: readonly [number, ReadonlyMap<string, number>],
): number {
  return requestsOf(otherCounts) - requestsOf(counts) || one - other
}

function requestsOf(counts: ReadonlyMap<string, number>): number {
  return counts.values().reduce((sum, count) => sum + count, 0)
}
