import type { UserId } from '@mintmark/core'

/** Somebody who signs in. He may be a member of several organizations, or of none: members name him by `userId`. */
export type Person = {
  readonly userId: UserId
  /** In lower case. */
  readonly email: string
  readonly name: string
  /** He has shown that he reads what is sent to this address. */
  readonly isEmailVerified: boolean
}

/** Whom another party vouches for: its name here, and its own name for him. */
export type Account = { readonly providerId: string; readonly subject: string }

/**
 * Who is who, and by what he shows it: his password's hash, or the word of a provider. Nothing here signs anybody in.
 *
 * Obligations: bound to the unit of work like every store. An address is one person's, however it is written in upper
 * and lower case; an account is one person's.
 */
export interface IdentityStore {
  isEmpty(): Promise<boolean>
  /** False, and nothing changed, when somebody has this address, or is being given it at this very moment. */
  insert(person: Person): Promise<boolean>
  find(userId: UserId): Promise<Person | null>
  /** Like `find`, and no other unit of work changes by what he signs in, or signs him in, until this one ends. */
  lock(userId: UserId): Promise<Person | null>
  findByEmail(email: string): Promise<Person | null>
  findByAccount(account: Account): Promise<Person | null>
  /** False, and nothing changed, when the account is somebody's already. */
  link(userId: UserId, account: Account): Promise<boolean>
  /** Null: he has no password. */
  passwordHash(userId: UserId): Promise<string | null>
  setPasswordHash(userId: UserId, hash: string): Promise<void>
  markEmailVerified(userId: UserId): Promise<void>
}
