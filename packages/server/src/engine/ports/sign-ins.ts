import type { KeyDigest, SignInId, UserId } from '@mintmark/core'

/** A person's sign-in in one browser. */
export type SignIn = {
  readonly number: number
  readonly id: SignInId
  readonly userId: UserId
  readonly createdAtMs: number
  /** When it ends however much it is used. */
  readonly expiresAtMs: number
  readonly lastSeenAtMs: number
  readonly ip: string | null
  readonly userAgent: string | null
  /** When he last showed that it is he; null: a while ago, in another sign-in's life. */
  readonly steppedUpAtMs: number | null
  /** The second factor has not been shown yet: it is good for that alone. */
  readonly awaitsCode: boolean
}

/** What a sign-in's cookie is known by. */
export type SignInSecret = { readonly digest: KeyDigest; readonly pepperVersion: string }

export interface SignInStore {
  insert(signIn: Omit<SignIn, 'number'> & SignInSecret): Promise<SignIn>
  /** Several digests, because a cookie may be looked for under two peppers. */
  findByDigest(digests: readonly KeyDigest[]): Promise<SignIn | null>
  /** Like `findByDigest`, and holds its lock: nobody ends it, nor has a session token of it, until this unit is over. */
  lockByDigest(digests: readonly KeyDigest[]): Promise<SignIn | null>
  lock(number: number): Promise<SignIn | null>
  /** Those of a person that have not ended, newest first. */
  list(userId: UserId, nowMs: number, limit: number): Promise<readonly SignIn[]>
  update(number: number, change: SignInChange): Promise<void>
  /** Ends it, and every session token that came of it. */
  end(signIn: SignIn, atMs: number): Promise<void>
  /** The same for all of a person's; how many there were. */
  endAll(userId: UserId, atMs: number): Promise<number>
  deleteEndedBefore(beforeMs: number, limit: number): Promise<number>
}

export type SignInChange = Partial<
  Pick<SignIn, 'lastSeenAtMs' | 'steppedUpAtMs' | 'awaitsCode' | 'expiresAtMs'> & SignInSecret
>
