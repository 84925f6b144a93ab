import type { ErrorDialect } from './contract-terms.ts'
import { reasonTable, sentenceOf, statusOf, type Reason, type Refusal } from './errors.ts'

/** A refusal as it is sent over HTTP. */
export type RefusalAnswer = {
  readonly status: number
  /** Name, value, name, value. */
  readonly headers: readonly string[]
  readonly body: string
}

export type RefusalDetails = {
  readonly requestId: string
  /** What is wrong where; told by the dialect `problem` alone. */
  readonly faults?: readonly { readonly path: string; readonly message: string }[]
  /** Whole seconds, at least 1 (RFC 9110 section 10.2.3); null: nobody knows. */
  readonly retryAfterSeconds?: number | null
  /** Whether a credential was sent: RFC 6750 section 3 gives an error code only then. */
  readonly hasCredential: boolean
}

/** Makes answers of refusals, in one dialect and with one contract's sentences. */
export type AnswerRefusal = (refusal: Refusal, details: RefusalDetails) => RefusalAnswer

/** What every error carries besides its own, as name, value, name, value. */
export const safetyHeaders = [
  'Cache-Control',
  'no-store',
  'Referrer-Policy',
  'no-referrer',
  'X-Content-Type-Options',
  'nosniff',
] as const

/** Errors have a content type of their own in RFC 9457's shape only. */
export function errorMediaType(dialect: ErrorDialect): string {
  return dialect === 'problem' ? 'application/problem+json' : 'application/json'
}

/** The one translation of refusals to HTTP, for Mintmark's own interface and for guards alike. */
export function createAnswerRefusal(
  dialect: ErrorDialect,
  messages: Readonly<Partial<Record<Reason, string>>>,
): AnswerRefusal {
  const type = `${errorMediaType(dialect)}; charset=utf-8`
  return (refusal, details) => {
    const status = statusOf(refusal.reason)
    const body = writeBody(dialect, refusal, sentenceOf(refusal, messages), details)
    const headers = ['Content-Type', type, 'X-Request-Id', details.requestId, ...safetyHeaders]
    const retryAfterSeconds = details.retryAfterSeconds ?? null
    if (retryAfterSeconds !== null) headers.push('Retry-After', `${retryAfterSeconds}`)
    if (status === 401 || status === 403) headers.push('WWW-Authenticate', challenge(status, details.hasCredential))
    return { status, headers, body }
  }
}

/** The four dialects of a contract (API.md section 6), to the byte. */
function writeBody(dialect: ErrorDialect, refusal: Refusal, message: string, details: RefusalDetails): string {
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
        ...resetAtOf(refusal),
        ...(details.faults !== undefined && details.faults.length > 0 && { errors: details.faults }),
      })
    case 'reason':
      return JSON.stringify({ reason, message })
    case 'error':
      return JSON.stringify({ error: message })
    case 'envelope':
      return JSON.stringify({ success: false, error: { reason, message } })
  }
}

/** When the next key can be created, as times are written everywhere but in sentences. */
function resetAtOf({ reason, values }: Refusal): { readonly resetAt?: string } {
  if (reason !== 'creation_limit' || values?.resetAt === undefined) return {}
  return { resetAt: new Date(values.resetAt).toISOString() }
}

/** RFC 6750 section 3. */
function challenge(status: 401 | 403, hasCredential: boolean): string {
  if (status === 403) return 'Bearer realm="mintmark", error="insufficient_scope"'
  return hasCredential ? 'Bearer realm="mintmark", error="invalid_token"' : 'Bearer realm="mintmark"'
}
