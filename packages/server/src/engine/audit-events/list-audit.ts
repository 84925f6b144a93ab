import type { Actor } from '../actor.ts'
import { chainOf, type AuditPayload } from '../audit.ts'
import { environmentOf, tenantOf, type Caller } from '../caller.ts'
import type { Cursors } from '../cursor.ts'
import { requireSearchable } from '../keys/key-policy.ts'
import { isoTime } from '../keys/key-view.ts'
import { requirePageLimit, type ListPage, type PageInput } from '../list.ts'
import type { AuditFilter, AuditRecord } from '../ports/audit.ts'
import type { Storage } from '../ports/storage.ts'
import { ownProjectOf } from './audit-access.ts'
import { readPayload } from './stored-event.ts'

/** Ids are compared as they are written. From `fromMs` on, and before `toMs`. */
export type AuditQuery = PageInput & {
  readonly action?: string
  readonly actor?: string
  readonly target?: string
  readonly projectId?: string
  readonly fromMs?: number
  readonly toMs?: number
}

/** An event of API.md section 4. */
export type AuditEventView = {
  readonly id: string
  readonly sequence: number
  readonly action: string
  /** `ownerUserId` is there for a key that has been deleted: the member who owned it, or null. */
  readonly actor: Actor
  readonly via: AuditPayload['via']
  readonly target: { readonly type: string; readonly id: string }
  readonly projectId: string | null
  readonly at: string
  readonly ip: string | null
  readonly requestId: string
  readonly changes: Readonly<Record<string, unknown>>
}

type Parts = { readonly storage: Storage; readonly cursors: Cursors }

/**
 * A page of a chain's events, newest first. A page may be short, or empty, and yet have a cursor: read on until there is
 * none. What was erased is left out; the deletion that did it says which sequences.
 */
export async function listAudit(
  { storage, cursors }: Parts,
  caller: Caller,
  query: AuditQuery,
): Promise<ListPage<AuditEventView>> {
  const limit = requirePageLimit(query)
  for (const name of ['action', 'actor', 'target', 'projectId'] as const) requireSearchable(name, query[name] ?? '')
  const filter = filterOf(caller, query)
  const chain = chainOf(caller)
  const context = JSON.stringify(['audit-events', chain, filter])
  const before = query.cursor === undefined ? null : cursors.read(context, query.cursor)
  if (filter === null) return { data: [], nextCursor: null }
  const { records, nextBefore } = await storage.read(tenantOf(caller), ({ audit }) =>
    audit.list(chain, filter, { before, limit }),
  )
  return {
    data: records.map(viewEvent),
    nextCursor: nextBefore === null ? null : cursors.write(context, nextBefore),
  }
}

/** What is asked for, within what may be seen. Null: they exclude one another. */
function filterOf(caller: Caller, query: AuditQuery): AuditFilter | null {
  const own = ownProjectOf(caller)
  const { action = null, actor = null, target = null, projectId = own, fromMs = null, toMs = null } = query
  if (own !== null && projectId !== own) return null
  const environment = environmentOf(caller)
  return { action, actorId: actor, targetId: target, projectId, environment, fromMs, toMs }
}

/** By its payload, which is what is proved; by its columns where somebody has made the payload unreadable. */
function viewEvent({ sequence, payload, columns }: AuditRecord): AuditEventView {
  const said = readPayload(payload)
  if (said !== null) return { ...said, sequence, at: isoTime(said.at) }
  return {
    id: columns.id ?? '',
    sequence,
    action: columns.action ?? '',
    actor: { type: 'system', id: columns.actorId ?? '' },
    via: null,
    target: { type: columns.targetType ?? '', id: columns.targetId ?? '' },
    projectId: columns.projectId,
    at: isoTime(columns.atMs ?? 0),
    ip: null,
    requestId: '',
    changes: {},
  }
}
