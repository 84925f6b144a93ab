import type { Cursors } from '../cursor.ts'
import type { Rights } from '../holder.ts'
import type { Keyring } from '../keyring.ts'
import type { Random } from '../ports/clock.ts'
import type { Storage } from '../ports/storage.ts'
import type { Mutate } from '../unit-of-work.ts'
import type { Destinations } from './destination.ts'

/** What the use cases on webhooks work with. */
export type WebhookParts = {
  readonly rights: Rights
  readonly storage: Storage
  readonly mutate: Mutate
  readonly random: Random
  readonly cursors: Cursors
  readonly keyring: Keyring
  readonly destinations: Destinations
  /** Called after a commit by which something is to be sent at once. */
  readonly onDue: () => void
}
