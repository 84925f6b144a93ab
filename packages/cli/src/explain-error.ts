import type { MintmarkError, Reason } from '@mintmark/sdk'
import { UnreachableError } from '@mintmark/sdk'

/** What whoever asked can do about it. Null: the sentence itself says it. */
const advice = {
  invalid_request: null,
  ambiguous_credentials: null,
  missing_key: 'Set MINTMARK_API_KEY.',
  invalid_key: 'Check the credential, and that --server is where it was made.',
  key_revoked: 'Ask for another key.',
  key_expired: 'Ask for another key, or for a later expiry.',
  session_expired: 'Get a new session token.',
  forbidden: 'Use another credential: mintmark me shows what one may do.',
  scope_violation: 'Use a key of the organization, or of that project.',
  ip_not_allowed: 'Call from an address that the key allows, or have its list changed.',
  organization_suspended: 'Ask whoever runs this Mintmark.',
  owner_suspended: 'Have the key handed to somebody who is active.',
  step_up_required: 'Sign in again: mintmark login.',
  not_found: 'Check the id, and in which organization you are: mintmark me.',
  method_not_allowed: 'Is this mintmark as new as the server?',
  conflict: null,
  idempotency_mismatch: null,
  active_key_limit: 'Revoke or delete keys that are not used: mintmark keys list --status active --unused-since 90d',
  payload_too_large: null,
  unsupported_media_type: 'Is this mintmark as new as the server?',
  headers_too_large: null,
  rate_limit: null,
  creation_limit: null,
  internal: 'Quote the request id when you report it.',
  unavailable: null,
} satisfies Record<Reason, string | null>

/** A refusal or an outage in words: what is wrong, where, and what to do. */
export function explainError(error: MintmarkError, server: string): string {
  if (error instanceof UnreachableError) {
    return `${server} does not answer. Is it running, and is --server right?`
  }
  const { message, reason, faults, requestId, retryAfterSeconds } = error
  const placed = faults.filter(({ path }) => path !== '').map((fault) => `${fault.path}: ${fault.message}`)
  // One mistake is told by the message as well as by its place.
  const what = faults.length === 1 && placed.length === 1 ? placed.splice(0).join('') : message
  const when = retryAfterSeconds === null || /second/.test(message) ? null : `Try again in ${retryAfterSeconds} s.`
  const named = [reason, requestId].filter((name) => name !== null).join(', ')
  const acting = message.includes('Mintmark-Organization') ? 'Here that is --organization <id>.' : null
  const sentences = [what, acting, reason === null ? null : advice[reason], when, named === '' ? null : `(${named})`]
  return [sentences.filter((sentence) => sentence !== null).join(' '), ...placed.map((line) => `  ${line}`)].join('\n')
}
