import type { MessageValues, Reason } from './errors.ts'
import { hint } from './contract-fields.ts'
import { quoted } from './mistakes.ts'

const none = [] as const
const creation = ['limit', 'resetAt', 'retryAfterSeconds', 'maxActiveKeys'] as const

/** Which placeholders have a value when a sentence of this reason is written. */
const messagePlaceholders = {
  invalid_request: none,
  ambiguous_credentials: none,
  missing_key: none,
  invalid_key: none,
  key_revoked: none,
  key_expired: none,
  session_expired: none,
  forbidden: ['permission'],
  scope_violation: none,
  ip_not_allowed: none,
  organization_suspended: none,
  owner_suspended: none,
  step_up_required: none,
  not_found: none,
  method_not_allowed: none,
  conflict: none,
  idempotency_mismatch: none,
  active_key_limit: ['limit', 'maxActiveKeys'],
  payload_too_large: none,
  unsupported_media_type: none,
  headers_too_large: none,
  rate_limit: ['limit', 'resetAt', 'retryAfterSeconds'],
  creation_limit: creation,
  internal: none,
  unavailable: ['retryAfterSeconds'],
} as const satisfies Record<Reason, readonly (keyof MessageValues)[]>

/** What is wrong with the placeholders of a reason's sentence, else `null`. */
export function findPlaceholderMistake(reason: Reason, sentence: string): string | null {
  const allowed: readonly string[] = messagePlaceholders[reason]
  for (const [found, name] of sentence.matchAll(/\{([^{}]*)\}|[{}]/g)) {
    if (name === undefined) return `has a ${quoted(found)} that belongs to no placeholder: remove it`
    if (!allowed.includes(name)) {
      if (allowed.length === 0) return `has the placeholder ${quoted(found)}, but ${reason} fills none: remove it`
      return `has the placeholder ${quoted(found)}, which ${reason} does not fill${hint(name, allowed)}`
    }
  }
  return null
}
