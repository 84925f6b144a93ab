import type { Contract } from '@mintmark/core'
import type { Cursors } from '../cursor.ts'
import type { Rights } from '../holder.ts'
import type { Keyring } from '../keyring.ts'
import type { Random } from '../ports/clock.ts'
import type { Storage } from '../ports/storage.ts'
import type { Mutate } from '../unit-of-work.ts'

/** What the use cases on members work with. */
export type MemberParts = {
  readonly contract: Contract
  readonly rights: Rights
  readonly storage: Storage
  readonly mutate: Mutate
  readonly cursors: Cursors
  readonly random: Random
  readonly keyring: Keyring
  /** Sends whoever is invited his link, after the commit; null: no mail is configured. */
  readonly mailInvitation: ((invitation: MailedInvitation) => void) | null
}

export type MailedInvitation = {
  readonly email: string
  readonly organizationName: string
  readonly token: string
}
