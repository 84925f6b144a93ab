import type { ProjectId } from '@mintmark/core'
import type { Caller } from '../caller.ts'
import { missingPermission } from '../grants.ts'
import { refuse } from '../refused.ts'

export function requireAuditRead(caller: Caller): void {
  if (caller.kind !== 'operator' && !caller.subject.effective.has('audit_events:read')) {
    throw missingPermission('audit_events:read')
  }
}

/** A chain is proved as a whole, or not at all: nothing of that is for a project-scoped credential. */
export function requireWholeOrganization(caller: Caller): void {
  requireAuditRead(caller)
  if (ownProjectOf(caller) !== null) throw refuse('scope_violation')
}

/** The one project whose events a project-scoped credential sees. */
export function ownProjectOf(caller: Caller): ProjectId | null {
  return caller.kind === 'operator' ? null : caller.subject.projectId
}
