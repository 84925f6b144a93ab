import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'
import { belongToOneTenant } from './0003-row-security.ts'

/** Endpoints, the outbox that mutations write their events to, and what became of sending each to each. */
export async function createWebhooks(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createEndpoints(db, types)
  await createOutbox(db, types)
  await createDeliveries(db, types)
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db)
  if (types.engine === 'sqlite') return
  for (const table of ['webhook_endpoints', 'outbox', 'webhook_deliveries']) await belongToOneTenant(db, table)
}

async function createEndpoints(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'webhook_endpoints',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      organization_id: ['text', 'references organizations (id) on delete cascade'],
      url: ['text'],
      events: ['text'],
      description: ['text?'],
      created_at: ['integer'],
      disabled_at: ['integer?'],
      disabled_reason: ['text?'],
      secret: ['bytes'],
      previous_secret: ['bytes?'],
      previous_secret_ends_at: ['integer?'],
      pepper_version: ['text'],
      failures: ['integer', 'default 0'],
      failing_since: ['integer?'],
      due_at: ['integer?'],
      lease: ['text?'],
      leased_until: ['integer?'],
    },
    constraints: [
      'check ((disabled_at is null) = (disabled_reason is null))',
      'check ((previous_secret is null) = (previous_secret_ends_at is null))',
      'check ((lease is null) = (leased_until is null))',
    ],
  })
}

async function createOutbox(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'outbox',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      organization_id: ['text', 'references organizations (id) on delete cascade'],
      type: ['text'],
      at: ['integer'],
      project_id: ['text?'],
      key_id: ['text?'],
      body: ['text'],
      waiting: ['integer', 'default 1 check (waiting in (0, 1))'],
    },
  })
}

async function createDeliveries(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'webhook_deliveries',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      organization_id: ['text'],
      endpoint_number: ['integer', 'references webhook_endpoints (number) on delete cascade'],
      event_number: ['integer', 'references outbox (number) on delete cascade'],
      status: ['text', "check (status in ('pending', 'delivered', 'failed'))"],
      attempt: ['integer'],
      created_at: ['integer'],
      attempted_at: ['integer?'],
      next_attempt_at: ['integer?'],
      response_status: ['integer?'],
      response_body: ['text?'],
      error: ['text?'],
    },
    constraints: [
      'unique (endpoint_number, event_number)',
      "check ((status = 'pending') = (next_attempt_at is not null))",
    ],
  })
}

const indexes = [
  'webhook_endpoints_list on webhook_endpoints (organization_id, number)',
  'webhook_endpoints_due on webhook_endpoints (due_at) where due_at is not null',
  'outbox_waiting on outbox (number) where waiting = 1',
  'outbox_key on outbox (key_id, type, at) where key_id is not null',
  'outbox_age on outbox (at)',
  'webhook_deliveries_list on webhook_deliveries (endpoint_number, number)',
  'webhook_deliveries_due on webhook_deliveries (endpoint_number, next_attempt_at) where next_attempt_at is not null',
  'webhook_deliveries_event on webhook_deliveries (event_number)',
]
