import type { ChainDigest } from '@mintmark/core'
import { forgettingAction, type AuditHead, type AuditRecord, type AuditStore, type ChainName } from '../ports/audit.ts'
import { readPayload } from './stored-event.ts'

/** What stands for a chain's events where they are what is spoken of. */
export const chainTarget = { type: 'audit_events', id: 'audit_events' } as const

/** `head`: what the first event that there is must follow. `saidBy`: the event that says so; null for a whole chain. */
export type Beginning = { readonly head: AuditHead; readonly saidBy: AuditRecord | null }

/**
 * A chain begins with its origin, or after the last event that has been forgotten, by the newest event that says so: in
 * the chain itself, so that a check of the chain finds out whether it is to be believed.
 */
export async function beginningOf(audit: AuditStore, chain: ChainName): Promise<Beginning> {
  const origin = { head: { sequence: 0, digest: audit.origin }, saidBy: null }
  const [first] = await audit.read(chain, null, 1)
  if (first === undefined || first.sequence <= 1) return origin
  const filter = { action: forgettingAction, targetId: chainTarget.id, ...everything }
  const [saidBy] = (await audit.list(chain, filter, { before: null, limit: 1 })).records
  const head = forgottenBy(saidBy?.payload ?? null)
  return head === null || saidBy === undefined ? origin : { head, saidBy }
}

const everything = { actorId: null, projectId: null, environment: null, fromMs: null, toMs: null } as const

function forgottenBy(payload: string | null): AuditHead | null {
  const { through, digest } = readPayload(payload)?.changes ?? {}
  if (typeof through !== 'number' || typeof digest !== 'string') return null
  return { sequence: through, digest: digest as ChainDigest }
}
