import type { ChainDigest, ChainEvent, Declaration } from '@mintmark/core'
import type { AuditPayload } from '../audit.ts'
import type { AuditColumns, AuditRecord } from '../ports/audit.ts'

/** The action whose event says which others it emptied or rewrote. */
export const declaringAction = 'api_key.deleted'

/** What a stored event says. Null for one that was erased, and for text that none of ours wrote. */
export function readPayload(text: string | null): AuditPayload | null {
  const value = text === null ? null : parseJson(text)
  if (!isRecord(value)) return null
  const { id, at, action, actor, target, projectId, ip, requestId, changes } = value
  const isOurs =
    [id, action, requestId].every((field) => typeof field === 'string') &&
    [projectId, ip].every((field) => field === null || typeof field === 'string') &&
    Number.isSafeInteger(at) &&
    [actor, target].every(
      (named) => isRecord(named) && typeof named['type'] === 'string' && typeof named['id'] === 'string',
    ) &&
    isRecord(changes)
  // Nodes of before said nothing of it.
  return isOurs ? ({ via: null, ...value } as AuditPayload) : null
}

/** The event as its chain is checked by, and whether what it is searched by repeats what it says. */
export function toChainEvent(record: AuditRecord): ChainEvent & { readonly isFoundByWhatItSays: boolean } {
  const { sequence, payload, salt, payloadDigest, digest, columns } = record
  const said = readPayload(payload)
  const isFoundByWhatItSays = payload === null ? isEmpty(columns) : said !== null && doAgree(columns, said)
  const shown = { isBuried: isBuried(said), declares: declarationOf(said), isFoundByWhatItSays }
  return { sequence, payload, salt, payloadDigest, digest, ...shown }
}

/** Whether its actor is a deleted key. */
export function isBuried(payload: AuditPayload | null): boolean {
  return payload?.actor.ownerUserId !== undefined
}

export function declarationOf(payload: AuditPayload | null): Declaration | null {
  if (payload?.action !== declaringAction) return null
  const { erased, rewritten } = payload.changes
  return {
    erased: Array.isArray(erased) ? erased.filter((sequence) => typeof sequence === 'number') : [],
    rewritten: Array.isArray(rewritten) ? rewritten.flatMap(readRewriting) : [],
  }
}

function readRewriting(value: unknown): Declaration['rewritten'] {
  if (!isRecord(value)) return []
  const { sequence, payloadDigest } = value
  if (typeof sequence !== 'number' || typeof payloadDigest !== 'string') return []
  return [{ sequence, payloadDigest: payloadDigest as ChainDigest }]
}

function isEmpty(columns: AuditColumns): boolean {
  return Object.values(columns).every((value) => value === null)
}

function doAgree(columns: AuditColumns, said: AuditPayload): boolean {
  return (
    columns.id === said.id &&
    columns.atMs === said.at &&
    columns.action === said.action &&
    columns.actorType === said.actor.type &&
    columns.actorId === said.actor.id &&
    columns.targetType === said.target.type &&
    columns.targetId === said.target.id &&
    columns.projectId === said.projectId
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
