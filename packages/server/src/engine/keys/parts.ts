import type { Contract, KeyFormat, LegacyFormat } from '@mintmark/core'
import type { Random } from '../ports/clock.ts'
import type { Cursors } from '../cursor.ts'
import type { Rights } from '../holder.ts'
import type { Keyring } from '../keyring.ts'
import type { Storage } from '../ports/storage.ts'
import type { WindowStore } from '../ports/windows.ts'
import type { Mutate } from '../unit-of-work.ts'
import type { LimitEvents } from '../webhooks/limit-events.ts'

/** What the use cases on keys work with. */
export type KeyParts = {
  readonly contract: Contract
  readonly rights: Rights
  readonly format: KeyFormat
  readonly legacy: LegacyFormat
  readonly keyring: Keyring
  readonly random: Random
  readonly storage: Storage
  readonly mutate: Mutate
  readonly cursors: Cursors
  readonly windows: WindowStore
  readonly tellOfCreationLimit: LimitEvents['tellOfCreationLimit']
}
