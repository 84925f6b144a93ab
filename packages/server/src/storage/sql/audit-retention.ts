import type { Kysely } from 'kysely'
import { forgettingAction, type AuditHead, type ChainName } from '../../engine/ports/audit.ts'
import type { Database } from './schema.ts'

/** The last of the oldest events, `limit` at most, all of which are before then. Null: there are none worth it. */
export async function oldestEvents(
  db: Kysely<Database>,
  chain: ChainName,
  beforeMs: number,
  limit: number,
): Promise<AuditHead | null> {
  const keptFrom = await firstKept(db, chain, beforeMs)
  const old = db
    .selectFrom('audit_events')
    .where('chain', '=', chain)
    .$if(keptFrom !== null, (select) => select.where('sequence', '<', keptFrom ?? 0))
  // Else each forgetting would be followed by another, of what the one before said.
  const isWorthIt = await old
    .select('sequence')
    .where((eb) => eb.or([eb('action', 'is', null), eb('action', '!=', forgettingAction)]))
    .limit(1)
    .executeTakeFirst()
  if (isWorthIt === undefined) return null
  const [last] = await db
    .selectFrom(old.select(['sequence', 'digest']).orderBy('sequence').limit(limit).as('old'))
    .select(['sequence', 'digest'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .execute()
  return last ?? null
}

/**
 * The first event that is not older than that, by sequence; null: all are. An event is by the head's `lateness` at most
 * earlier than one before it: so the first one by sequence is not much later than the first one by time.
 */
async function firstKept(db: Kysely<Database>, chain: ChainName, beforeMs: number): Promise<number | null> {
  const events = db.selectFrom('audit_events').where('chain', '=', chain).where('at', '>=', beforeMs)
  const earliest = await events.select('at').orderBy('at').limit(1).executeTakeFirst()
  if (earliest === undefined) return null
  const head = await db.selectFrom('audit_heads').select('lateness').where('chain', '=', chain).executeTakeFirst()
  const { first } = await events
    .select(({ fn }) => fn.min<number | null>('sequence').as('first'))
    .where('at', '<=', (earliest.at ?? 0) + (head?.lateness ?? 0))
    .executeTakeFirstOrThrow()
  return first
}
