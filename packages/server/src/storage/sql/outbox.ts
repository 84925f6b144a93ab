import type { KeyId, OrganizationId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Backlog, HeardKey, OutboxEvent, OutboxStore } from '../../engine/ports/outbox.ts'
import type { Unit } from './unit.ts'

export class SqlOutboxStore implements OutboxStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async append(organizationId: OrganizationId, events: readonly OutboxEvent[]): Promise<void> {
    const { db, last } = this.#unit
    for (const event of events) {
      const insert = appending(organizationId, event)
      if (last === null) await insert.execute(db)
      else last.add(insert.compile(db))
    }
  }

  async listHeard(
    keyNumbers: readonly number[],
    hears: (events: readonly string[]) => boolean,
  ): Promise<readonly HeardKey[]> {
    const rows = await this.#unit.db
      .selectFrom('api_keys')
      .innerJoin('webhook_endpoints', 'webhook_endpoints.organization_id', 'api_keys.organization_id')
      .select(['api_keys.number', 'api_keys.id', 'webhook_endpoints.organization_id', 'webhook_endpoints.events'])
      .where('api_keys.number', 'in', keyNumbers)
      .where('webhook_endpoints.disabled_at', 'is', null)
      .where((eb) =>
        eb.or([
          eb('webhook_endpoints.environment', 'is', null),
          eb('webhook_endpoints.environment', '=', eb.ref('api_keys.environment')),
        ]),
      )
      .orderBy('api_keys.number')
      .execute()
    const heard = rows.filter(({ events }) => hears(JSON.parse(events) as string[]))
    const once = new Map(heard.map((row) => [row.number, row]))
    return Array.from(once.values(), (row) => ({
      keyNumber: row.number,
      organizationId: row.organization_id,
      keyId: row.id,
    }))
  }

  async lastAtMs(organizationId: OrganizationId, keyId: KeyId, type: string): Promise<number | null> {
    await this.#unit.last?.flush()
    const row = await this.#unit.db
      .selectFrom('outbox')
      .select(({ fn }) => fn.max<number | null>('at').as('at'))
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', keyId)
      .where('type', '=', type)
      .executeTakeFirst()
    return row?.at ?? null
  }

  async backlog(nowMs: number): Promise<Backlog> {
    const { db } = this.#unit
    const events = await db
      .selectFrom('outbox')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min<number | null>('at').as('oldest')])
      // As the partial index has it.
      .where('waiting', '=', sql.lit(1))
      .executeTakeFirstOrThrow()
    const deliveries = await db
      .selectFrom('webhook_deliveries')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min<number | null>('created_at').as('oldest')])
      .where('next_attempt_at', 'is not', null)
      .executeTakeFirstOrThrow()
    const oldestMs = Math.min(events.oldest ?? nowMs, deliveries.oldest ?? nowMs)
    return { events: events.count, deliveries: deliveries.count, oldestAgeMs: Math.max(0, nowMs - oldestMs) }
  }

  async eraseKey(organizationId: OrganizationId, keyId: KeyId): Promise<void> {
    await this.#unit.last?.flush()
    await this.#unit.db
      .deleteFrom('outbox')
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', keyId)
      .execute()
    this.#unit.eraseAfterCommit()
  }
}

/** The casts say what PostgreSQL cannot know of a parameter in a SELECT list. */
function appending(organizationId: OrganizationId, event: OutboxEvent) {
  return sql`insert into outbox (id, organization_id, type, at, project_id, key_id, environment, body)
    select cast(${event.id} as text), cast(${organizationId} as text), cast(${event.type} as text),
      cast(${event.atMs} as bigint), cast(${event.projectId} as text), cast(${event.keyId} as text),
      cast(${event.environment} as text), cast(${event.body} as text)
    where exists (
      select 1 from webhook_endpoints where organization_id = ${organizationId} and disabled_at is null)`
}
