/**
 * The closed table of everything Mintmark can refuse or fail with: reason -> status, title, default sentence.
 * Statuses by RFC 9110 section 15 and RFC 6585; the shape that carries them is RFC 9457 (problem details).
 */
export const reasonTable = {
  invalid_request: { status: 400, title: 'Invalid request', message: 'The request is malformed.' },
  ambiguous_credentials: {
    status: 400,
    title: 'Ambiguous credentials',
    message: 'Send one credential, once, in Authorization: Bearer or in X-API-Key.',
  },
  missing_key: {
    status: 401,
    title: 'Missing key',
    message: 'No credential was sent. Use Authorization: Bearer <key> or X-API-Key: <key>.',
  },
  invalid_key: { status: 401, title: 'Invalid key', message: 'This credential is not recognised.' },
  key_revoked: { status: 401, title: 'Key revoked', message: 'This key has been revoked.' },
  key_expired: { status: 401, title: 'Key expired', message: 'This key has expired.' },
  session_expired: { status: 401, title: 'Session expired', message: 'This session has expired. Sign in again.' },
  forbidden: { status: 403, title: 'Forbidden', message: 'Missing {permission} permission.' },
  scope_violation: {
    status: 403,
    title: 'Scope violation',
    message: 'This key is restricted to its own project.',
  },
  ip_not_allowed: {
    status: 403,
    title: 'Address not allowed',
    message: 'This key may not be used from this address.',
  },
  organization_suspended: {
    status: 403,
    title: 'Organization suspended',
    message: 'The organization of this credential is suspended.',
  },
  owner_suspended: { status: 403, title: 'Owner suspended', message: 'The owner of this credential is suspended.' },
  step_up_required: {
    status: 403,
    title: 'Step up required',
    message: 'Show again that it is you: this needs a password or a code of the last five minutes.',
  },
  not_found: { status: 404, title: 'Not found', message: 'There is nothing here, or nothing that you may see.' },
  method_not_allowed: { status: 405, title: 'Method not allowed', message: 'This path does not take this method.' },
  conflict: { status: 409, title: 'Conflict', message: 'The request does not fit the present state.' },
  idempotency_mismatch: {
    status: 409,
    title: 'Idempotency mismatch',
    message: 'This Idempotency-Key was used with another request. Use a new one.',
  },
  active_key_limit: {
    status: 409,
    title: 'Active key limit',
    message: 'You already have {maxActiveKeys} active keys. Revoke or delete one first.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    message: 'A body may have at most 65536 bytes.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    message: 'Send the body as application/json.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    message: 'All headers together may have at most 16384 bytes.',
  },
  rate_limit: {
    status: 429,
    title: 'Rate limit exceeded',
    message: 'Too many requests. Try again in {retryAfterSeconds} seconds.',
  },
  creation_limit: {
    status: 429,
    title: 'Creation limit reached',
    message: 'You can create {limit} keys in 24 hours. The next one can be created at {resetAt}.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    message: 'Something went wrong on our side. Quote the request id when you report it.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    message: 'This cannot be decided right now. Try again in {retryAfterSeconds} seconds.',
  },
} as const satisfies Record<string, { status: number; title: string; message: string }>

/** One of the closed set of reasons. Stable: programs branch on it. */
export type Reason = keyof typeof reasonTable

export const reasons = Object.keys(reasonTable) as readonly Reason[]

/** What a sentence may be filled with. Times are ISO 8601 UTC, to the second. */
export type MessageValues = {
  readonly limit?: number
  readonly resetAt?: string
  readonly retryAfterSeconds?: number
  readonly permission?: string
  readonly maxActiveKeys?: number
}

/** A refusal as data: returned, never thrown. `message` replaces the sentence of the table. */
export type Refusal = {
  readonly reason: Reason
  readonly message?: string
  readonly values?: MessageValues
}

export function statusOf(reason: Reason): number {
  return reasonTable[reason].status
}

/**
 * The sentence a person reads: the refusal's own, which knows more than any table, else the contract's for this reason,
 * else the table's.
 */
export function sentenceOf(refusal: Refusal, contractMessages: Readonly<Partial<Record<Reason, string>>>): string {
  const template = refusal.message ?? contractMessages[refusal.reason] ?? reasonTable[refusal.reason].message
  return fillSentence(template, refusal.values ?? {})
}

/** Replaces `{name}` by its value; a placeholder without a value stays as it is written. */
export function fillSentence(template: string, values: MessageValues): string {
  if (!template.includes('{')) return template
  const known = new Map<string, string | number | undefined>(Object.entries(values))
  return template.replace(/\{([A-Za-z]+)\}/g, (whole, name: string) => String(known.get(name) ?? whole))
}

/** ISO 8601 UTC to the second, rounded up, so that a time in a sentence is never too early. */
export function isoSeconds(timeMs: number): string {
  return `${new Date(Math.ceil(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`
}
