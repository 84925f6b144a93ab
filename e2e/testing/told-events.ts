import { createHash } from 'node:crypto'
import type { Received } from '../../packages/server/src/testing/webhook-receiver.ts'
import type { Ledger, LedgerKey } from './ledger.ts'

/** One request to a receiver, as Standard Webhooks have it. */
export type ToldEvent = {
  readonly id: string
  readonly body: string
  readonly type: string
  /** The key's id; of one that was deleted, its SHA-256. */
  readonly about: string
}

export function readTold({ id, body }: Pick<Received, 'id' | 'body'>): ToldEvent {
  const { type, data } = JSON.parse(body) as { type: string; data: { id?: string; idSha256?: string } }
  return { id, body, type, about: data.id ?? data.idSha256 ?? '' }
}

/**
 * What is wrong with what one receiver was told of keys, by the ledger of the client that changed them: events that are
 * lost, or changed between attempts, or sent under two ids, or of what nobody asked for. Every request of the ledger
 * must have been answered.
 */
export function faultsOfTold(told: readonly ToldEvent[], { keys }: Ledger): string[] {
  const faults = bodiesThatDiffer(told)
  const known = new Set(keys.flatMap(({ id }) => (id === null ? [] : [id, sha256(id)])))
  for (const { type, about } of told) if (!known.has(about)) faults.push(`${type} of ${about}: nobody asked for it`)
  const idsOf = new Map<string, Set<string>>()
  for (const { id, type, about } of told) {
    const place = `${type} ${about}`
    idsOf.set(place, (idsOf.get(place) ?? new Set()).add(id))
  }
  const count = (type: string, about: string): number => idsOf.get(`${type} ${about}`)?.size ?? 0
  return [...faults, ...keys.flatMap((key) => faultsOfKey(key, count))]
}

function bodiesThatDiffer(told: readonly ToldEvent[]): string[] {
  const bodies = new Map<string, string>()
  return told.flatMap(({ id, body }) => {
    const first = bodies.get(id) ?? body
    bodies.set(id, first)
    return first === body ? [] : [`${id}: its attempts differ`]
  })
}

function faultsOfKey(key: LedgerKey, count: (type: string, about: string) => number): string[] {
  const { id, name } = key
  if (id === null) return []
  const isDeleted = key.deletion !== 'none'
  const done = (what: 'none' | 'sent' | 'acknowledged'): number => (what === 'none' ? 0 : 1)
  const expected = [
    ['api_key.created', id, 1],
    ['api_key.rotated', id, key.rotations.length],
    ['api_key.revoked', id, done(key.revocation)],
    ['api_key.deleted', sha256(id), done(key.deletion)],
  ] as const
  return expected.flatMap(([type, about, wanted]) => {
    const found = count(type, about)
    // What was not sent before its key was deleted is erased.
    const isRight = found === wanted || (isDeleted && type !== 'api_key.deleted' && found < wanted)
    return isRight ? [] : [`${name}: ${found} events ${type}, expected ${wanted}`]
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
