import type { OrganizationId } from '@mintmark/core'
import type { AuditStore } from './audit.ts'
import type { DeliveryStore } from './deliveries.ts'
import type { DeviceSignInStore } from './device-sign-ins.ts'
import type { DispatchStore } from './dispatch.ts'
import type { ExpiryNoticeStore } from './expiry-notices.ts'
import type { IdempotencyStore } from './idempotency.ts'
import type { IdentityStore } from './identity.ts'
import type { InvitationStore } from './invitations.ts'
import type { JournalStore } from './journal.ts'
import type { LinkStore } from './links.ts'
import type { JobStore } from './jobs.ts'
import type { KeyStore } from './keys.ts'
import type { MemberStore } from './members.ts'
import type { MintLogStore } from './mint-log.ts'
import type { NodeStore } from './nodes.ts'
import type { OrganizationStore } from './organizations.ts'
import type { OutboxStore } from './outbox.ts'
import type { PepperStore } from './peppers.ts'
import type { ProjectStore } from './projects.ts'
import type { SecondFactorStore } from './second-factors.ts'
import type { SessionStore } from './sessions.ts'
import type { SignInStore } from './sign-ins.ts'
import type { SignInFailureStore } from './sign-in-failures.ts'
import type { WebhookStore } from './webhooks.ts'
import type { UsageStore } from './usage.ts'

/**
 * Whose rows a unit of work may touch: one organization's, or, for the operator's own work, every row.
 * PostgreSQL enforces it a second time by row-level security.
 */
export type Tenant = OrganizationId | 'every-organization'

/** One store for each noun, all bound to the same unit of work. */
export interface Stores {
  readonly audit: AuditStore
  readonly deliveries: DeliveryStore
  readonly deviceSignIns: DeviceSignInStore
  readonly dispatch: DispatchStore
  readonly expiryNotices: ExpiryNoticeStore
  readonly idempotency: IdempotencyStore
  readonly identity: IdentityStore
  readonly invitations: InvitationStore
  readonly journals: JournalStore
  readonly jobs: JobStore
  readonly keys: KeyStore
  readonly links: LinkStore
  readonly members: MemberStore
  readonly mintLog: MintLogStore
  readonly nodes: NodeStore
  readonly organizations: OrganizationStore
  readonly outbox: OutboxStore
  readonly peppers: PepperStore
  readonly projects: ProjectStore
  readonly secondFactors: SecondFactorStore
  readonly sessions: SessionStore
  readonly signIns: SignInStore
  readonly signInFailures: SignInFailureStore
  readonly webhooks: WebhookStore
  readonly usage: UsageStore
  /**
   * The authority's clock at this very call (not at the start of the transaction), milliseconds UTC.
   * After a lock was waited for, ask again.
   */
  nowMs(): Promise<number>
  /** Says that this unit of work takes rights or data away: it is done even when the store has room for nothing else. */
  mustFit(): void
}

/**
 * The control plane's storage.
 *
 * Obligations: `transaction` commits exactly when `work` resolves, and is durable (synced) before its promise
 * resolves; when `work` rejects nothing of it remains. Isolation is READ COMMITTED with explicit row locks, or
 * stricter. A store that does not answer rejects with `StoreUnavailable`, never with a made-up answer; so does a
 * commit whose outcome is unknown.
 *
 * Where there is no room it rejects with `StoreFull`, except for a unit of work that said `mustFit`: for it the store
 * gives up room that it has held in reserve, and runs `work` once more. Until the reserve is held again, nothing else
 * may use that room.
 */
export interface Storage {
  read<T>(tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T>
  transaction<T>(tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T>
}

/** A page of a list, newest first. `before` is the `number` of the last row of the page before. */
export type Page = { readonly before: number | null; readonly limit: number }
