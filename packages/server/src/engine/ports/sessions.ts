import type { KeyDigest, OrganizationId, SessionId, UserId } from '@mintmark/core'

export type Session = {
  readonly id: SessionId
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** The sign-in that it comes from, with which it ends, and until when its person may do what is dangerous; 0: not at all. */
export type SessionOrigin = { readonly signInNumber: number; readonly steppedUpUntilMs: number }

export interface SessionStore {
  /** @param from default: the operator made it */
  insert(
    session: Session & { readonly digest: KeyDigest; readonly pepperVersion: string },
    from?: SessionOrigin,
  ): Promise<void>
  find(organizationId: OrganizationId, id: string): Promise<Session | null>
  /** Makes it expire now; true when it was still running. */
  end(organizationId: OrganizationId, id: SessionId, atMs: number): Promise<boolean>
  /** Deletes some that ended before then, whoever's, longest ended first; how many. */
  deleteEndedBefore(beforeMs: number, limit: number): Promise<number>
}
