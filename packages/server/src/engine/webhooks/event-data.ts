import { createHash } from 'node:crypto'
import { viewKey } from '../keys/key-view.ts'
import type { InvitationView } from '../members/invite-member.ts'
import { viewMember } from '../members/member-view.ts'
import type { KeyWithSecrets } from '../ports/keys.ts'
import type { Member } from '../ports/members.ts'
import type { Project } from '../ports/projects.ts'
import { viewProject } from '../projects/project-access.ts'
import type { Told } from './announcement.ts'

const ofNoKey = { keyId: null, environment: null } as const

/** A key as it now is: what it may do and until when, never where from, by whom else, or how it was used. */
export function aboutKey(key: KeyWithSecrets, nowMs: number): Told {
  const view = viewKey(key, nowMs)
  const { id, name, prefix, environment, scope, projectId, permissions, status, owner } = view
  const { createdAt, createdByUserId, expiresAt, revokedAt, revokedReason } = view
  const secrets = view.secrets.map((secret) => ({
    id: secret.id,
    prefix: secret.prefix,
    createdAt: secret.createdAt,
    expiresAt: secret.expiresAt,
  }))
  const identity = { id, name, prefix, environment, scope, projectId, permissions, status, owner }
  return {
    keyId: key.id,
    environment,
    data: { ...identity, createdAt, createdByUserId, expiresAt, revokedAt, revokedReason, secrets },
  }
}

/**
 * What is left to say of a key that is erased everywhere, here too: nothing that leads to it. Who still has its id
 * finds it by the id's SHA-256; nobody else can go back from 130 random bits.
 */
export function aboutDeletedKey(key: KeyWithSecrets): Told {
  const idSha256 = createHash('sha256').update(key.id).digest('hex')
  const { environment, scope, projectId } = key
  return { keyId: null, environment, data: { idSha256, environment, scope, projectId } }
}

export function aboutMember(member: Omit<Member, 'number'>): Told {
  const { lastSeenAt: _, ...data } = viewMember(member)
  return { ...ofNoKey, data }
}

export function aboutProject(project: Omit<Project, 'number'>): Told {
  return { ...ofNoKey, data: viewProject(project) }
}

/** Never its token: whoever has that becomes a member. */
export function aboutInvitation({ id, email, role, expiresAt }: InvitationView): Told {
  return { ...ofNoKey, data: { id, email, role, expiresAt } }
}
