import { reasons, type Reason } from '@mintmark/core'

/** One thing that is wrong in what was sent: where (a JSON path such as `permissions[2]`), and what to write. */
export type Fault = { readonly path: string; readonly message: string }

export type MintmarkErrorDetails = {
  readonly reason: Reason | null
  readonly status: number
  readonly requestId?: string | null
  readonly retryAfterSeconds?: number | null
  readonly faults?: readonly Fault[]
  readonly cause?: unknown
}

/** Whatever kept a call from being done. Programs branch on `reason`, which is stable; `message` is for people. */
export class MintmarkError extends Error {
  override readonly name: string = 'MintmarkError'
  /** One of the closed table of reasons; null where what answered was no Mintmark (a proxy, another server). */
  readonly reason: Reason | null
  /** The HTTP status of the answer. */
  readonly status: number
  /** Names the request in Mintmark's log and audit trail. */
  readonly requestId: string | null
  /** Whole seconds to wait before it is tried again; null where nobody said. */
  readonly retryAfterSeconds: number | null
  /** For `invalid_request`: every mistake that was found. */
  readonly faults: readonly Fault[]

  constructor(message: string, details: MintmarkErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.reason = details.reason
    this.status = details.status
    this.requestId = details.requestId ?? null
    this.retryAfterSeconds = details.retryAfterSeconds ?? null
    this.faults = details.faults ?? []
  }
}

/**
 * No answer came: no connection, or not in time. What was asked may have happened. Its reason is `unavailable` and its
 * status 503, as if the server had said so; `cause` says why.
 */
export class UnreachableError extends MintmarkError {
  override readonly name = 'UnreachableError'

  constructor(message: string, cause?: unknown) {
    super(message, { reason: 'unavailable', status: 503, cause })
  }
}

/**
 * A request was answered before, its answer got lost, and the secret in it is never shown again. What it made is there:
 * `keys.rotate(error.keyId, { overlapSeconds: 0 })` gives a key a new secret and spends no day's mint.
 */
export class SecretNotReplayedError extends MintmarkError {
  override readonly name = 'SecretNotReplayedError'
  /** Of an API key or an operator key; null for what is neither. */
  readonly keyId: string | null
  /** What was made, without its secret: a key, a webhook, a session. */
  readonly resource: unknown

  constructor(resource: unknown, requestId: string | null) {
    super('This was done before, and its secret was shown then. Rotate it to get another.', {
      reason: 'conflict',
      status: 409,
      requestId,
    })
    const id = isRecord(resource) ? resource['id'] : null
    this.keyId = typeof id === 'string' && id.startsWith('key_') ? id : null
    this.resource = resource
  }
}

/** An answer as it came. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string }

/** An error of an answer that is no success. */
export function errorOf({ status, headers, text }: Answer): MintmarkError {
  const body = parseObject(text)
  const requestId = headers.get('x-request-id')
  const retryAfterSeconds = retryAfterOf(headers)
  const reason = readReason(body['reason'])
  if (reason === null) {
    const message = `What answered, with status ${status}, was not Mintmark. Is its address right?`
    return new MintmarkError(message, { reason, status, requestId, retryAfterSeconds })
  }
  const message = typeof body['message'] === 'string' ? body['message'] : reason
  const faults = Array.isArray(body['errors']) ? body['errors'].filter(isFault) : []
  return new MintmarkError(message, { reason, status, requestId, retryAfterSeconds, faults })
}

/** Whole seconds (RFC 9110 section 10.2.3). Mintmark never sends the other form, a date. */
function retryAfterOf(headers: Headers): number | null {
  const value = headers.get('retry-after')
  return value !== null && /^[0-9]{1,9}$/.test(value) ? Number(value) : null
}

function readReason(value: unknown): Reason | null {
  return reasons.find((reason) => reason === value) ?? null
}

/** Empty where the text is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function isFault(value: unknown): value is Fault {
  return isRecord(value) && typeof value['path'] === 'string' && typeof value['message'] === 'string'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
