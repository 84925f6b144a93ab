import type { DeliveryId } from '@mintmark/core'
import type { Selectable } from 'kysely'
import type {
  Attempted,
  DispatchStore,
  DueDelivery,
  TakeTurns,
  Turn,
  WebhookHealth,
} from '../../engine/ports/dispatch.ts'
import type { Webhook } from '../../engine/ports/webhooks.ts'
import { newDelivery } from './deliveries.ts'
import type { OutboxTable } from './schema.ts'
import type { Unit } from './unit.ts'
import { secretColumns, toSecrets, toWebhook, webhookColumns } from './webhooks.ts'

type Hears = Parameters<DispatchStore['fanOut']>[1]
type Waiting = Pick<Selectable<OutboxTable>, 'number' | 'organization_id' | 'type' | 'at' | 'environment'>

export class SqlDispatchStore implements DispatchStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async hasWork(lease: string, nowMs: number): Promise<boolean> {
    const { db } = this.#unit
    const waits = await db.selectFrom('outbox').select('number').where('waiting', '=', 1).limit(1).executeTakeFirst()
    return waits !== undefined || (await this.#free(lease, nowMs).limit(1).executeTakeFirst()) !== undefined
  }

  /** Locks first the events, which other nodes then pass over, then their webhooks in the order of their numbers. */
  async fanOut(limit: number, hears: Hears, createId: () => DeliveryId): Promise<number> {
    const { db, locksRows } = this.#unit
    const events = await db
      .selectFrom('outbox')
      .select(['number', 'organization_id', 'type', 'at', 'environment'])
      .where('waiting', '=', 1)
      .orderBy('number')
      .limit(limit)
      .$if(locksRows, (select) => select.forUpdate().skipLocked())
      .execute()
    if (events.length === 0) return 0
    const webhooks = await this.#lockEnabled(new Set(events.map((event) => event.organization_id)))
    const heard = events.flatMap((event) => {
      const hearing = webhooks.filter(
        (webhook) =>
          webhook.organizationId === event.organization_id &&
          hears(webhook, { type: event.type, atMs: event.at, environment: event.environment }),
      )
      return hearing.map((webhook) => ({ webhook, event }))
    })
    await this.#insertDeliveries(heard, createId)
    await this.#settleEvents(events, new Set(heard.map(({ event }) => event.number)))
    return events.length
  }

  async take(options: TakeTurns): Promise<readonly Turn[]> {
    const { db, locksRows } = this.#unit
    const { lease, nowMs, failing } = options
    const free = this.#free(lease, nowMs)
      .where('failures', failing ? '>' : '=', 0)
      .orderBy('due_at')
      .limit(options.limit)
      .$if(locksRows, (select) => select.forUpdate().skipLocked())
    const rows = await db
      .updateTable('webhook_endpoints')
      .set({ lease, leased_until: options.untilMs })
      .where('number', 'in', free)
      .returning([...webhookColumns, ...secretColumns, 'failures', 'failing_since'])
      .execute()
    const turns: Turn[] = []
    for (const row of rows) {
      const due = await this.#listDue(row.number, options)
      const health = { failures: row.failures, failingSinceMs: row.failing_since }
      turns.push({ webhook: toWebhook(row), secrets: toSecrets(row), health, due })
    }
    return turns
  }

  async end(
    turn: Turn,
    lease: string,
    result: {
      readonly attempted: readonly Attempted[]
      readonly health: WebhookHealth
      readonly restUntilMs: number
    },
  ): Promise<void> {
    // The webhook's row first: whoever adds deliveries holds it too, so that what is due is counted whole.
    await this.#end(turn, lease, result.health)
    let isAskedFor = false
    for (const attempted of result.attempted) if (await this.#record(attempted)) isAskedFor = true
    await this.#setDue(turn.webhook, isAskedFor ? 0 : result.restUntilMs)
  }

  async giveUp(turn: Turn, lease: string): Promise<void> {
    await this.#end(turn, lease, null)
  }

  async deleteBefore(atMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const old = db
      .selectFrom('outbox')
      .select('outbox.number')
      .where('outbox.at', '<', atMs)
      .where('outbox.waiting', '=', 0)
      .orderBy('outbox.at')
      .limit(limit)
    const deleted = await db.deleteFrom('outbox').where('number', 'in', old).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }

  #free(lease: string, nowMs: number) {
    const { db, locksRows } = this.#unit
    return db
      .selectFrom('webhook_endpoints')
      .select('number')
      .where('due_at', '<=', nowMs)
      .where((eb) =>
        eb.or([
          eb('leased_until', 'is', null),
          eb('leased_until', '<=', nowMs),
          // Where there is but one process, the lease of another is that of one that died.
          ...(locksRows ? [] : [eb('lease', '!=', lease)]),
        ]),
      )
  }

  async #lockEnabled(organizationIds: ReadonlySet<Waiting['organization_id']>): Promise<readonly Webhook[]> {
    const rows = await this.#unit.db
      .selectFrom('webhook_endpoints')
      .select(webhookColumns)
      .where('organization_id', 'in', [...organizationIds])
      .where('disabled_at', 'is', null)
      .orderBy('number')
      .$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
      .execute()
    return rows.map(toWebhook)
  }

  async #insertDeliveries(
    heard: readonly { readonly webhook: Webhook; readonly event: Waiting }[],
    createId: () => DeliveryId,
  ): Promise<void> {
    const { db } = this.#unit
    if (heard.length === 0) return
    const rows = heard.map(({ webhook, event }) => ({
      id: createId(),
      organization_id: webhook.organizationId,
      endpoint_number: webhook.number,
      event_number: event.number,
      ...newDelivery(event.at),
    }))
    for (let start = 0; start < rows.length; start += maxRowsAtOnce) {
      await db
        .insertInto('webhook_deliveries')
        .values(rows.slice(start, start + maxRowsAtOnce))
        .execute()
    }
    const dueAtMs = Math.min(...heard.map(({ event }) => event.at))
    await db
      .updateTable('webhook_endpoints')
      .set({ due_at: dueAtMs })
      .where('number', 'in', [...new Set(heard.map(({ webhook }) => webhook.number))])
      // One that rests after failures goes on resting.
      .where((eb) => eb.or([eb('due_at', 'is', null), eb.and([eb('failures', '=', 0), eb('due_at', '>', dueAtMs)])]))
      .execute()
  }

  async #settleEvents(events: readonly Waiting[], heard: ReadonlySet<number>): Promise<void> {
    const { db } = this.#unit
    const numbers = events.map((event) => event.number)
    const unheard = numbers.filter((number) => !heard.has(number))
    if (heard.size > 0) {
      await db
        .updateTable('outbox')
        .set({ waiting: 0 })
        .where('number', 'in', [...heard])
        .execute()
    }
    if (unheard.length > 0) await db.deleteFrom('outbox').where('number', 'in', unheard).execute()
  }

  async #listDue(webhookNumber: number, { nowMs, failing, perWebhook }: TakeTurns): Promise<readonly DueDelivery[]> {
    const rows = await this.#unit.db
      .selectFrom('webhook_deliveries')
      .innerJoin('outbox', 'outbox.number', 'webhook_deliveries.event_number')
      .select(['webhook_deliveries.number', 'webhook_deliveries.attempt', 'webhook_deliveries.next_attempt_at'])
      .select(['outbox.id', 'outbox.body'])
      .where('webhook_deliveries.endpoint_number', '=', webhookNumber)
      .where('webhook_deliveries.next_attempt_at', '<=', nowMs)
      .orderBy('webhook_deliveries.next_attempt_at', failing ? 'desc' : 'asc')
      .limit(perWebhook)
      .execute()
    return rows.map(({ id, next_attempt_at: dueAtMs, ...row }) => ({ ...row, eventId: id, dueAtMs: dueAtMs ?? nowMs }))
  }

  /** Health is that of an address: who has been given another one meanwhile, or a new start, keeps what he has. */
  async #end({ webhook, health: before }: Turn, lease: string, health: WebhookHealth | null): Promise<void> {
    const { db } = this.#unit
    const mine = db.updateTable('webhook_endpoints').where('number', '=', webhook.number).where('lease', '=', lease)
    if (health !== null) {
      await mine
        .set({ failures: health.failures, failing_since: health.failingSinceMs })
        .where('url', '=', webhook.url)
        .where('failures', '=', before.failures)
        .execute()
    }
    await mine.set({ lease: null, leased_until: null }).execute()
  }

  /**
   * What another recorded meanwhile stands: he took this turn for dead and has tried again. True: somebody asked, while
   * this attempt was under way, that it be sent again. It will be, whatever came of the attempt.
   */
  async #record({ delivery, ...attempted }: Attempted): Promise<boolean> {
    const mine = this.#unit.db
      .updateTable('webhook_deliveries')
      .where('number', '=', delivery.number)
      .where('attempt', '=', delivery.attempt)
    const settled = await mine
      .set({ status: attempted.status, next_attempt_at: attempted.nextAttemptAtMs })
      .where('next_attempt_at', '=', delivery.dueAtMs)
      .executeTakeFirst()
    const recorded = await mine
      .set({
        attempt: delivery.attempt + 1,
        attempted_at: attempted.attemptedAtMs,
        response_status: attempted.responseStatus,
        response_body: attempted.responseBody,
        error: attempted.error,
      })
      .executeTakeFirst()
    return recorded.numUpdatedRows > 0n && settled.numUpdatedRows === 0n
  }

  async #setDue(webhook: Webhook, restUntilMs: number): Promise<void> {
    const { db } = this.#unit
    const next = await db
      .selectFrom('webhook_deliveries')
      .select('next_attempt_at')
      .where('endpoint_number', '=', webhook.number)
      .where('next_attempt_at', 'is not', null)
      .orderBy('next_attempt_at')
      .limit(1)
      .executeTakeFirst()
    const dueAtMs = next?.next_attempt_at == null ? null : Math.max(next.next_attempt_at, restUntilMs)
    await db
      .updateTable('webhook_endpoints')
      .set({ due_at: dueAtMs })
      .where('number', '=', webhook.number)
      .where('disabled_at', 'is', null)
      .execute()
  }
}

/** 13 parameters a row stay far below what either engine takes in one statement. */
const maxRowsAtOnce = 200
