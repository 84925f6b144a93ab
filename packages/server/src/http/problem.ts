import {
  reasonTable,
  sentenceOf,
  statusOf,
  wholeSeconds,
  type Contract,
  type ErrorDialect,
  type Refusal,
} from '@mintmark/core'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'
import { RefusedError, type InputFault } from '../engine/refused.ts'
import { errorMediaType } from './dialect.ts'
import { withoutSecrets } from './lost-secrets.ts'
import { safetyHeaders } from './safety-headers.ts'

/** An error as it is sent. */
export type ErrorAnswer = {
  readonly status: number
  /** Name, value, name, value. */
  readonly headers: readonly string[]
  readonly body: string
}

export type ErrorDetails = {
  readonly requestId: string
  readonly faults?: readonly InputFault[]
  readonly retryAfterMs?: number | null
  /** Whether a credential was sent: RFC 6750 section 3 gives an error code only then. */
  readonly hasCredential: boolean
}

/** Makes answers of refusals, once for all endpoints. */
export type RenderError = (refusal: Refusal, details: ErrorDetails) => ErrorAnswer

/** What a caller waits when an outage tells nothing better. */
const outageRetryMs = 1000

export function createRenderError(dialect: ErrorDialect, messages: Contract['messages']): RenderError {
  return (refusal, details) => {
    const status = statusOf(refusal.reason)
    const message = sentenceOf(tellable(refusal), messages)
    const body = writeBody(dialect, refusal, message, details)
    const type = `${errorMediaType(dialect)}; charset=utf-8`
    const headers = ['Content-Type', type, 'X-Request-Id', details.requestId, ...safetyHeaders]
    const retryAfterMs = details.retryAfterMs ?? null
    if (retryAfterMs !== null) headers.push('Retry-After', `${wholeSeconds(retryAfterMs)}`)
    if (status === 401 || status === 403) headers.push('WWW-Authenticate', challenge(status, details.hasCredential))
    return { status, headers, body }
  }
}

/** The four dialects of a contract, to the byte. */
function writeBody(dialect: ErrorDialect, refusal: Refusal, message: string, details: ErrorDetails): string {
  const { reason } = refusal
  switch (dialect) {
    case 'problem':
      return JSON.stringify({
        type: `urn:mintmark:reason:${reason}`,
        title: reasonTable[reason].title,
        status: statusOf(reason),
        reason,
        message,
        requestId: details.requestId,
        ...(refusal.values?.resetAt !== undefined && { resetAt: refusal.values.resetAt }),
        ...(details.faults !== undefined && details.faults.length > 0 && { errors: details.faults.map(tellableFault) }),
      })
    case 'reason':
      return JSON.stringify({ reason, message })
    case 'error':
      return JSON.stringify({ error: message })
    case 'envelope':
      return JSON.stringify({ success: false, error: { reason, message } })
  }
}

function tellable(refusal: Refusal): Refusal {
  return refusal.message === undefined ? refusal : { ...refusal, message: withoutSecrets(refusal.message) }
}

function tellableFault({ path, message }: InputFault): InputFault {
  return { path: withoutSecrets(path), message: withoutSecrets(message) }
}

/** RFC 6750 section 3. */
function challenge(status: 401 | 403, hasCredential: boolean): string {
  if (status === 403) return 'Bearer realm="mintmark", error="insufficient_scope"'
  return hasCredential ? 'Bearer realm="mintmark", error="invalid_token"' : 'Bearer realm="mintmark"'
}

/** What a thrown error is to the caller. Null: a fault of ours, of which he is told nothing. */
export function refusalOf(
  error: unknown,
): { readonly refusal: Refusal; readonly faults: readonly InputFault[]; readonly retryAfterMs: number | null } | null {
  if (error instanceof RefusedError) {
    const { refusal, faults, retryAfterMs } = error
    return { refusal, faults, retryAfterMs }
  }
  if (error instanceof StoreUnavailable) {
    const values = { retryAfterSeconds: wholeSeconds(outageRetryMs) }
    return { refusal: { reason: 'unavailable', values }, faults: [], retryAfterMs: outageRetryMs }
  }
  return null
}
