import type { Verdict, VerifiedKey, VerifiedSession } from '../verdict.ts'

/** Who calls, as he stands at this instant. */
export type GuardContext = {
  /** Null for a session token. */
  readonly key: VerifiedKey | null
  /** Null for a key. */
  readonly session: VerifiedSession | null
  readonly organizationId: string
  /** The one project of a project-scoped key; null: all of the organization's. */
  readonly projectId: string | null
  /** Null for a session token: a person works in both. */
  readonly environment: 'live' | 'test' | null
  /** What he may do now: role, permissions of the key, and never what no key may. */
  readonly permissions: readonly string[]
  readonly role: string
}

/** The request that a rule is about. */
export type GuardedRequest = {
  readonly method: string
  /** The policy's name for it: `POST /time-entries/:id/approve`. */
  readonly route: string
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly context: GuardContext
}

/** The project that a request is about; null: none, or what it names is not there. */
export type ProjectOf = (request: GuardedRequest) => string | null | Promise<string | null>

/** Null for a verdict that names nobody. */
export function contextOf({ key, session }: Verdict): GuardContext | null {
  if (key !== null) {
    const { organizationId, projectId, environment, effectivePermissions: permissions, role } = key
    return { key, session, organizationId, projectId, environment, permissions, role }
  }
  if (session === null) return null
  const { organizationId, effectivePermissions: permissions, role } = session
  return { key, session, organizationId, projectId: null, environment: null, permissions, role }
}
