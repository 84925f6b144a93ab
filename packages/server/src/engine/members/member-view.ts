import type { UserId } from '@mintmark/core'
import { isoTime, isoTimeOrNull } from '../keys/key-view.ts'
import type { Member, MemberStatus } from '../ports/members.ts'

/** A member of an organization (API.md section 4, `/v1/users`). */
export type MemberView = {
  readonly id: UserId
  readonly email: string | null
  readonly name: string | null
  readonly role: string
  readonly status: MemberStatus
  readonly createdAt: string
  readonly lastSeenAt: string | null
}

export function viewMember(member: Omit<Member, 'number'>): MemberView {
  return {
    id: member.userId,
    email: member.email,
    name: member.name,
    role: member.role,
    status: member.status,
    createdAt: isoTime(member.createdAtMs),
    lastSeenAt: isoTimeOrNull(member.lastSeenAtMs),
  }
}

/** What the audit trail keeps of a new member, and of one who is removed. */
export function describeMember({
  role,
  status,
  email,
  name,
}: Omit<Member, 'number'>): Readonly<Record<string, unknown>> {
  return { role, status, email, name }
}
