import type { DeliveryId } from '@mintmark/core'
import type { Selectable } from 'kysely'
import type { Delivery, DeliveryStore } from '../../engine/ports/deliveries.ts'
import type { OutboxEvent } from '../../engine/ports/outbox.ts'
import type { Page } from '../../engine/ports/storage.ts'
import type { Webhook } from '../../engine/ports/webhooks.ts'
import { beforeNumber } from './page.ts'
import type { OutboxTable, WebhookDeliveryTable } from './schema.ts'
import type { Unit } from './unit.ts'

const columns = [
  'webhook_deliveries.number',
  'webhook_deliveries.id',
  'webhook_deliveries.status',
  'webhook_deliveries.attempt',
  'webhook_deliveries.created_at',
  'webhook_deliveries.attempted_at',
  'webhook_deliveries.next_attempt_at',
  'webhook_deliveries.response_status',
  'webhook_deliveries.response_body',
  'webhook_deliveries.error',
  'outbox.id as event_id',
  'outbox.type',
  'outbox.environment',
  'outbox.body',
] as const

export class SqlDeliveryStore implements DeliveryStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async find(webhook: Webhook, id: DeliveryId): Promise<Delivery | null> {
    const row = await this.#select(webhook).where('webhook_deliveries.id', '=', id).executeTakeFirst()
    return row === undefined ? null : toDelivery(row)
  }

  async list(webhook: Webhook, page: Page): Promise<readonly Delivery[]> {
    const rows = await this.#select(webhook)
      .where('webhook_deliveries.number', '<', beforeNumber(page))
      .orderBy('webhook_deliveries.number', 'desc')
      .limit(page.limit)
      .execute()
    return rows.map(toDelivery)
  }

  async insert(webhook: Webhook, event: OutboxEvent, id: DeliveryId): Promise<Delivery> {
    const { organizationId } = webhook
    const { number: eventNumber } = await this.#unit.db
      .insertInto('outbox')
      .values({
        id: event.id,
        organization_id: organizationId,
        type: event.type,
        at: event.atMs,
        project_id: event.projectId,
        key_id: event.keyId,
        environment: event.environment,
        body: event.body,
        waiting: 0,
      })
      .returning('number')
      .executeTakeFirstOrThrow()
    const delivery = newDelivery(event.atMs)
    const { number } = await this.#unit.db
      .insertInto('webhook_deliveries')
      .values({
        id,
        organization_id: organizationId,
        endpoint_number: webhook.number,
        event_number: eventNumber,
        ...delivery,
      })
      .returning('number')
      .executeTakeFirstOrThrow()
    await this.#makeDue(webhook, event.atMs)
    return toDelivery({
      number,
      id,
      event_id: event.id,
      type: event.type,
      environment: event.environment,
      body: event.body,
      ...delivery,
    })
  }

  async sendAgain(webhook: Webhook, delivery: Delivery, atMs: number): Promise<void> {
    await this.#unit.db
      .updateTable('webhook_deliveries')
      .set({ status: 'pending', next_attempt_at: atMs })
      .where('endpoint_number', '=', webhook.number)
      .where('number', '=', delivery.number)
      .execute()
    await this.#makeDue(webhook, atMs)
  }

  async #makeDue(webhook: Webhook, atMs: number): Promise<void> {
    await this.#unit.db
      .updateTable('webhook_endpoints')
      .set({ due_at: atMs })
      .where('number', '=', webhook.number)
      .where('disabled_at', 'is', null)
      .where((eb) => eb.or([eb('due_at', 'is', null), eb('due_at', '>', atMs)]))
      .execute()
  }

  #select(webhook: Webhook) {
    return this.#unit.db
      .selectFrom('webhook_deliveries')
      .innerJoin('outbox', 'outbox.number', 'webhook_deliveries.event_number')
      .select(columns)
      .where('webhook_deliveries.endpoint_number', '=', webhook.number)
  }
}

/** One that has not been tried yet, due at once. */
export function newDelivery(atMs: number) {
  return {
    status: 'pending',
    attempt: 0,
    created_at: atMs,
    attempted_at: null,
    next_attempt_at: atMs,
    response_status: null,
    response_body: null,
    error: null,
  } as const
}

type Row = Omit<Selectable<WebhookDeliveryTable>, 'organization_id' | 'endpoint_number' | 'event_number'> & {
  readonly event_id: OutboxTable['id']
  readonly type: string
  readonly environment: OutboxTable['environment']
  readonly body: string
}

function toDelivery(row: Row): Delivery {
  return {
    number: row.number,
    id: row.id,
    eventId: row.event_id,
    type: row.type,
    environment: row.environment,
    body: row.body,
    status: row.status,
    attempt: row.attempt,
    createdAtMs: row.created_at,
    attemptedAtMs: row.attempted_at,
    responseStatus: row.response_status,
    responseBody: row.response_body,
    error: row.error,
    nextAttemptAtMs: row.next_attempt_at,
  }
}
