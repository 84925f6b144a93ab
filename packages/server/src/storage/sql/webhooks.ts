import type { OrganizationId, WebhookId } from '@mintmark/core'
import type { Selectable, Updateable } from 'kysely'
import type { Page } from '../../engine/ports/storage.ts'
import type {
  DisabledReason,
  SealedSecrets,
  Webhook,
  WebhookChange,
  WebhookStore,
} from '../../engine/ports/webhooks.ts'
import { beforeNumber } from './page.ts'
import type { WebhookEndpointTable } from './schema.ts'
import type { Unit } from './unit.ts'

export const webhookColumns = [
  'number',
  'id',
  'organization_id',
  'url',
  'events',
  'description',
  'environment',
  'created_at',
  'disabled_at',
  'disabled_reason',
] as const

export const secretColumns = ['secret', 'previous_secret', 'previous_secret_ends_at', 'pepper_version'] as const

export class SqlWebhookStore implements WebhookStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(webhook: Omit<Webhook, 'number'>, secrets: SealedSecrets): Promise<Webhook> {
    const { number } = await this.#unit.db
      .insertInto('webhook_endpoints')
      .values({
        id: webhook.id,
        organization_id: webhook.organizationId,
        url: webhook.url,
        events: JSON.stringify(webhook.events),
        description: webhook.description,
        environment: webhook.environment,
        created_at: webhook.createdAtMs,
        disabled_at: webhook.disabled?.atMs ?? null,
        disabled_reason: webhook.disabled?.reason ?? null,
        ...fromSecrets(secrets),
        failing_since: null,
        due_at: null,
        lease: null,
        leased_until: null,
      })
      .returning('number')
      .executeTakeFirstOrThrow()
    return { ...webhook, number }
  }

  async find(organizationId: OrganizationId, id: WebhookId): Promise<Webhook | null> {
    const row = await this.#select(organizationId).where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : toWebhook(row)
  }

  async lock(organizationId: OrganizationId, id: WebhookId): Promise<Webhook | null> {
    const row = await this.#select(organizationId)
      .where('id', '=', id)
      .$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
      .executeTakeFirst()
    return row === undefined ? null : toWebhook(row)
  }

  async list(organizationId: OrganizationId, page: Page): Promise<readonly Webhook[]> {
    const rows = await this.#select(organizationId)
      .where('number', '<', beforeNumber(page))
      .orderBy('number', 'desc')
      .limit(page.limit)
      .execute()
    return rows.map(toWebhook)
  }

  async count(organizationId: OrganizationId): Promise<number> {
    const { count } = await this.#unit.db
      .selectFrom('webhook_endpoints')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow()
    return count
  }

  async update(number: number, change: WebhookChange, dueAtMs: number): Promise<void> {
    const set = changed(change, dueAtMs)
    if (Object.keys(set).length === 0) return
    await this.#unit.db.updateTable('webhook_endpoints').set(set).where('number', '=', number).execute()
  }

  async readSecrets(number: number): Promise<SealedSecrets> {
    const row = await this.#unit.db
      .selectFrom('webhook_endpoints')
      .select(secretColumns)
      .where('number', '=', number)
      .executeTakeFirstOrThrow()
    return toSecrets(row)
  }

  async writeSecrets(number: number, secrets: SealedSecrets): Promise<void> {
    await this.#unit.db
      .updateTable('webhook_endpoints')
      .set(fromSecrets(secrets))
      .where('number', '=', number)
      .execute()
    this.#unit.eraseAfterCommit()
  }

  async lockSealed(pepperVersion: string, limit: number): Promise<readonly Webhook[]> {
    const rows = await this.#unit.db
      .selectFrom('webhook_endpoints')
      .select(webhookColumns)
      .where('pepper_version', '=', pepperVersion)
      .orderBy('number')
      .limit(limit)
      .$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
      .execute()
    return rows.map(toWebhook)
  }

  async delete(number: number): Promise<void> {
    await this.#unit.db.deleteFrom('webhook_endpoints').where('number', '=', number).execute()
    this.#unit.eraseAfterCommit()
  }

  #select(organizationId: OrganizationId) {
    return this.#unit.db
      .selectFrom('webhook_endpoints')
      .select(webhookColumns)
      .where('organization_id', '=', organizationId)
  }
}

/** What failed at another address, or before somebody said to go on, says nothing about what is to come. */
const unfailing = { failures: 0, failing_since: null }

function changed({ url, events, description, environment, disabled }: WebhookChange, dueAtMs: number) {
  return {
    ...(url !== undefined && { url, ...unfailing }),
    ...(events !== undefined && { events: JSON.stringify(events) }),
    ...(description !== undefined && { description }),
    ...(environment !== undefined && { environment }),
    ...(disabled === null && {
      disabled_at: null,
      disabled_reason: null,
      due_at: dueAtMs,
      ...unfailing,
    }),
    ...(disabled != null && { disabled_at: disabled.atMs, disabled_reason: disabled.reason, due_at: null }),
  } satisfies Updateable<WebhookEndpointTable>
}

function fromSecrets({ current, previous, pepperVersion }: SealedSecrets) {
  return {
    secret: current,
    previous_secret: previous?.sealed ?? null,
    previous_secret_ends_at: previous?.endsAtMs ?? null,
    pepper_version: pepperVersion,
  }
}

export function toSecrets(row: Pick<Selectable<WebhookEndpointTable>, (typeof secretColumns)[number]>): SealedSecrets {
  const { previous_secret: sealed, previous_secret_ends_at: endsAtMs } = row
  return {
    current: Uint8Array.from(row.secret),
    previous: sealed === null || endsAtMs === null ? null : { sealed: Uint8Array.from(sealed), endsAtMs },
    pepperVersion: row.pepper_version,
  }
}

export function toWebhook(row: Pick<Selectable<WebhookEndpointTable>, (typeof webhookColumns)[number]>): Webhook {
  const { disabled_at: atMs, disabled_reason: reason } = row
  return {
    number: row.number,
    id: row.id,
    organizationId: row.organization_id,
    url: row.url,
    events: JSON.parse(row.events) as string[],
    description: row.description,
    environment: row.environment,
    createdAtMs: row.created_at,
    disabled: atMs === null || reason === null ? null : { atMs, reason: reason as DisabledReason },
  }
}
