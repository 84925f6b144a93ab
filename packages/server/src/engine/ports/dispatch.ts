import type { DeliveryId, Environment, EventId } from '@mintmark/core'
import type { DeliveryStatus } from './deliveries.ts'
import type { SealedSecrets, Webhook } from './webhooks.ts'

/** By what of an event a webhook is told of it. */
export type Happened = {
  readonly type: string
  readonly atMs: number
  /** Of the key that it tells of. */
  readonly environment: Environment | null
}

/** What is to be sent to one webhook now. While its turn lasts nobody else sends to it. */
export type Turn = {
  readonly webhook: Webhook
  readonly secrets: SealedSecrets
  readonly health: WebhookHealth
  readonly due: readonly DueDelivery[]
}

/** How a webhook does: turns in a row in which nothing got through, and since when. */
export type WebhookHealth = { readonly failures: number; readonly failingSinceMs: number | null }

export type DueDelivery = {
  readonly number: number
  readonly eventId: EventId
  /** Attempts made before. */
  readonly attempt: number
  /** Since when. */
  readonly dueAtMs: number
  readonly body: string
}

/** What became of one attempt. */
export type Attempted = {
  readonly delivery: DueDelivery
  readonly status: DeliveryStatus
  readonly attemptedAtMs: number
  readonly nextAttemptAtMs: number | null
  readonly responseStatus: number | null
  readonly responseBody: string | null
  readonly error: string | null
}

export type TakeTurns = {
  /** Names who takes them: one process, and no other that ever was. */
  readonly lease: string
  readonly nowMs: number
  /** Until then they are his; whoever has not ended a turn by then is taken for dead. */
  readonly untilMs: number
  /** Only webhooks that answer, or only those that do not. */
  readonly failing: boolean
  readonly limit: number
  /** Of what is due for one webhook: of one that answers the oldest first, of one that does not the newest. */
  readonly perWebhook: number
}

/**
 * The way of events from the outbox to deliveries and to their ends, for all organizations; called by whoever sends.
 * Obligations: an event becomes at most one delivery to each webhook; two callers never hold the same turn at a time.
 */
export interface DispatchStore {
  /** Whether an event waits, or it is somebody's turn that nobody has: a look that changes nothing. */
  hasWork(lease: string, nowMs: number): Promise<boolean>
  /** Makes deliveries of events that wait, the oldest first. Returns of how many, and drops those that nobody hears. */
  fanOut(
    limit: number,
    hears: (webhook: Webhook, event: Happened) => boolean,
    createId: () => DeliveryId,
  ): Promise<number>
  take(options: TakeTurns): Promise<readonly Turn[]>
  /**
   * Writes what became of a turn and ends it. Something is due again no earlier than `restUntilMs`, but for what
   * somebody has asked meanwhile to be sent again.
   */
  end(
    turn: Turn,
    lease: string,
    result: {
      readonly attempted: readonly Attempted[]
      readonly health: WebhookHealth
      readonly restUntilMs: number
    },
  ): Promise<void>
  /** Ends a turn of which nothing is known: it is due at once, for anybody. */
  giveUp(turn: Turn, lease: string): Promise<void>
  /** Deletes events from before then with their deliveries, at most `limit`, the oldest first; returns how many. */
  deleteBefore(atMs: number, limit: number): Promise<number>
}
