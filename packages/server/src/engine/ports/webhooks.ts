import type { Environment, OrganizationId, WebhookId } from '@mintmark/core'
import type { Page } from './storage.ts'

/** `requested`: somebody switched it off; `gone`: it answered 410; `failing`: nothing got through for too long. */
export type DisabledReason = 'requested' | 'gone' | 'failing'

/** Where an organization has its events sent. */
export type Webhook = {
  readonly number: number
  readonly id: WebhookId
  readonly organizationId: OrganizationId
  readonly url: string
  /** As written: types, `api_key.*` and the like, `*`. */
  readonly events: readonly string[]
  readonly description: string | null
  /** Of which keys it hears: a key has only those of its own environment told; null: of all. */
  readonly environment: Environment | null
  readonly createdAtMs: number
  readonly disabled: { readonly atMs: number; readonly reason: DisabledReason } | null
}

/** What it signs with, sealed under the pepper of that version. The previous one signs too until it ends. */
export type SealedSecrets = {
  readonly current: Uint8Array
  readonly previous: { readonly sealed: Uint8Array; readonly endsAtMs: number } | null
  readonly pepperVersion: string
}

export type WebhookChange = Partial<Pick<Webhook, 'url' | 'events' | 'description' | 'environment' | 'disabled'>>

/** Every method that takes an organization touches only its webhooks. */
export interface WebhookStore {
  insert(webhook: Omit<Webhook, 'number'>, secrets: SealedSecrets): Promise<Webhook>
  find(organizationId: OrganizationId, id: WebhookId): Promise<Webhook | null>
  /** Like `find`, and nobody else changes it until this transaction ends. */
  lock(organizationId: OrganizationId, id: WebhookId): Promise<Webhook | null>
  list(organizationId: OrganizationId, page: Page): Promise<readonly Webhook[]>
  count(organizationId: OrganizationId): Promise<number>
  /** Enabling one makes what still waits for it due at `dueAtMs`; disabling lets it wait. */
  update(number: number, change: WebhookChange, dueAtMs: number): Promise<void>
  readSecrets(number: number): Promise<SealedSecrets>
  writeSecrets(number: number, secrets: SealedSecrets): Promise<void>
  /** Those whose secrets are sealed under this pepper, at most `limit`, locked. */
  lockSealed(pepperVersion: string, limit: number): Promise<readonly Webhook[]>
  /** Takes its deliveries along. */
  delete(number: number): Promise<void>
}
