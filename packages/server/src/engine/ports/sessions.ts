import type { KeyDigest, OrganizationId, SessionId, UserId } from '@mintmark/core'

export type Session = {
  readonly id: SessionId
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface SessionStore {
  insert(session: Session & { readonly digest: KeyDigest; readonly pepperVersion: string }): Promise<void>
  find(organizationId: OrganizationId, id: string): Promise<Session | null>
  /** Makes it expire now; true when it was still running. */
  end(organizationId: OrganizationId, id: SessionId, atMs: number): Promise<boolean>
}
