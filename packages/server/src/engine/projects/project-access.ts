import type { ProjectId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import type { Cursors } from '../cursor.ts'
import { missingPermission } from '../grants.ts'
import type { Rights } from '../holder.ts'
import { isoTime, isoTimeOrNull } from '../keys/key-view.ts'
import type { Random } from '../ports/clock.ts'
import type { Project } from '../ports/projects.ts'
import type { Storage } from '../ports/storage.ts'
import { refuse } from '../refused.ts'
import type { Mutate } from '../unit-of-work.ts'

/** What the use cases on projects work with. */
export type ProjectParts = {
  readonly rights: Rights
  readonly storage: Storage
  readonly mutate: Mutate
  readonly random: Random
  readonly cursors: Cursors
}

export type ProjectView = {
  readonly id: ProjectId
  readonly name: string
  readonly createdAt: string
  readonly archivedAt: string | null
}

/** A foreign project in the path is a scope violation, whether or not it exists: nothing is looked up. */
export function requireOwnProject(caller: CallerIn, id: string): void {
  const own = projectOf(caller)
  if (own !== null && own !== id) throw refuse('scope_violation')
}

export function requireProjectsRead(caller: CallerIn): void {
  if (caller.kind !== 'operator' && !caller.subject.effective.has('projects:read')) {
    throw missingPermission('projects:read')
  }
}

/** The one project of a project-scoped credential. */
export function projectOf(caller: CallerIn): ProjectId | null {
  return caller.kind === 'operator' ? null : caller.subject.projectId
}

export function viewProject(project: Omit<Project, 'number'>): ProjectView {
  const { id, name, createdAtMs, archivedAtMs } = project
  return { id, name, createdAt: isoTime(createdAtMs), archivedAt: isoTimeOrNull(archivedAtMs) }
}
