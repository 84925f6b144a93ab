import type { Environment, KeyId } from '@mintmark/core'
import type { ExpressionBuilder, Kysely, SelectQueryBuilder } from 'kysely'
import type { AuditFilter, AuditPage, ChainName } from '../../engine/ports/audit.ts'
import type { Page } from '../../engine/ports/storage.ts'
import { recordColumns, toRecord } from './audit-records.ts'
import { beforeNumber } from './page.ts'
import type { Database } from './schema.ts'

/** Events that one page looks through: read from an index, 5 ms of SQLite at most. */
const maxLookedThrough = 5_000

/** Sequences between these, themselves left out. */
type Bounds = { readonly after: number; readonly before: number }

/**
 * Newest first by sequence, the order in which the chain was written: who reads on from the last one he saw misses none.
 * Whatever the filter, the cost of a page is bounded: where no index has its order, it ends after so many events.
 */
export async function searchAudit(
  db: Kysely<Database>,
  chain: ChainName,
  filter: AuditFilter,
  page: Page,
): Promise<AuditPage> {
  const bounds = await boundsOf(db, chain, filter, page)
  const indexed = byIndex(db, chain, filter, bounds)
  const floor = await indexed
    .select('sequence')
    .offset(maxLookedThrough - 1)
    .limit(1)
    .executeTakeFirst()
  const rows = await indexed
    .select(recordColumns)
    .where('payload', 'is not', null)
    .where('sequence', '>=', floor?.sequence ?? bounds.after + 1)
    .where((eb) => eb.and(exactly(filter).map(([column, operator, value]) => eb(column, operator, value))))
    .$if(filter.environment !== null, (events) =>
      events.where((eb) => eb.not(isAboutKeyOutside(eb, filter.environment))),
    )
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  const isFull = rows.length > page.limit
  return {
    records: shown.map(toRecord),
    nextBefore: isFull ? (shown.at(-1)?.sequence ?? null) : (floor?.sequence ?? null),
  }
}

type Events = SelectQueryBuilder<Database, 'audit_events', object>

/** The events of the one index that narrows most, in its order. */
function byIndex(db: Kysely<Database>, chain: ChainName, filter: AuditFilter, { after, before }: Bounds): Events {
  const all = db
    .selectFrom('audit_events')
    .where('chain', '=', chain)
    .where('sequence', '<', before)
    .where('sequence', '>', after)
    .orderBy('sequence', 'desc')
  if (filter.targetId !== null) return all.where('target_id', '=', filter.targetId)
  if (filter.actorId !== null) return all.where('actor_id', '=', filter.actorId)
  return filter.projectId === null ? all : all.where('project_id', '=', filter.projectId)
}

function isAboutKeyOutside(eb: ExpressionBuilder<Database, 'audit_events'>, environment: Environment | null) {
  const outside = eb
    .selectFrom('api_keys')
    .select('api_keys.number')
    .whereRef('api_keys.id', '=', eb.ref('audit_events.target_id').$castTo<KeyId>())
    .where('api_keys.environment', '!=', environment)
  return eb.and([eb('target_type', '=', 'api_key'), eb.exists(outside)])
}

function exactly(filter: AuditFilter) {
  const conditions = [
    ['action', '=', filter.action],
    ['actor_id', '=', filter.actorId],
    ['target_id', '=', filter.targetId],
    ['project_id', '=', filter.projectId],
    ['at', '>=', filter.fromMs],
    ['at', '<', filter.toMs],
  ] as const
  return conditions.flatMap(([column, operator, value]) => (value === null ? [] : [[column, operator, value] as const]))
}

/**
 * Sequences outside of which no event has its time between `fromMs` and `toMs`. Times rise with sequences but for what
 * committed late, or under a clock that was set back: by the head's `lateness` at most. So everything after an event
 * of `toMs + lateness` or later is too late, and everything before one that is earlier than `fromMs - lateness` too early.
 */
async function boundsOf(
  db: Kysely<Database>,
  chain: ChainName,
  { fromMs, toMs }: AuditFilter,
  page: Page,
): Promise<Bounds> {
  const before = beforeNumber(page)
  if (fromMs === null && toMs === null) return { after: 0, before }
  const head = await db.selectFrom('audit_heads').select('lateness').where('chain', '=', chain).executeTakeFirst()
  const lateness = head?.lateness ?? 0
  const timed = db.selectFrom('audit_events').select('sequence').where('chain', '=', chain).limit(1)
  const tooLate =
    toMs === null
      ? undefined
      : await timed
          .where('at', '>=', toMs + lateness)
          .orderBy('at')
          .executeTakeFirst()
  const tooEarly =
    fromMs === null
      ? undefined
      : await timed
          .where('at', '<', fromMs - lateness)
          .orderBy('at', 'desc')
          .executeTakeFirst()
  return { after: tooEarly?.sequence ?? 0, before: Math.min(before, tooLate?.sequence ?? before) }
}
