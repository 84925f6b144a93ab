/** What a webhook tells. */
export type WebhookPayload = {
  /** `api_key.revoked`, for one. */
  readonly type: string
  /** When it happened: RFC 3339, UTC. */
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A request that is not what the webhook sent, or comes too late: answer 400 and do nothing. */
export class WebhookSignatureError extends Error {
  override readonly name = 'WebhookSignatureError'
}

export type WebhookRequest = {
  /** As they came; names in any case. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** To the byte, before anything has parsed it. */
  readonly body: string | Uint8Array
}

export type VerifyWebhookOptions = {
  /** Seconds by which the sender's clock may differ, or a request be late. Default: 300. */
  readonly toleranceSeconds?: number
  /** Default: now. */
  readonly nowMs?: number
}

const defaultToleranceSeconds = 300
/** Two while a secret is changed; more are nobody's. */
const maxSignatures = 10

/**
 * Whether a request comes from the webhook with this secret (`whsec_…`), by Standard Webhooks 1.0. While a secret is
 * changed, give both. Its id (`webhook-id`) is the same each time an event is sent: keep it to do nothing twice.
 * Rejects with `WebhookSignatureError`; with `TypeError` for what is no secret.
 */
export async function verifyWebhook(
  request: WebhookRequest,
  secrets: string | readonly string[],
  options: VerifyWebhookOptions = {},
): Promise<WebhookPayload> {
  const keys = await Promise.all([secrets].flat().map(importSecret))
  const id = headerOf(request, 'webhook-id')
  const timestamp = headerOf(request, 'webhook-timestamp')
  const signatures = headerOf(request, 'webhook-signature').split(' ').slice(0, maxSignatures)
  requireRecent(timestamp, options)
  const body = typeof request.body === 'string' ? new TextEncoder().encode(request.body) : request.body
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body)
  const checks = signatures.flatMap((signature) => keys.map((key) => isSignedBy(key, signature, signed)))
  if (!(await Promise.all(checks)).includes(true)) {
    throw new WebhookSignatureError('No signature of it is by this secret.')
  }
  return JSON.parse(new TextDecoder().decode(body)) as WebhookPayload
}

function headerOf({ headers }: WebhookRequest, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : fieldOf(headers, name)
  if (typeof value === 'string' && value !== '') return value
  throw new WebhookSignatureError(`It has no header ${name}, or several.`)
}

function fieldOf(headers: Exclude<WebhookRequest['headers'], Headers>, name: string): unknown {
  const values = Object.entries(headers).filter(([field]) => field.toLowerCase() === name)
  return values.length === 1 ? values[0]?.[1] : undefined
}

function requireRecent(timestamp: string, options: VerifyWebhookOptions): void {
  const { toleranceSeconds = defaultToleranceSeconds, nowMs = Date.now() } = options
  if (!/^[0-9]{1,12}$/.test(timestamp)) throw new WebhookSignatureError('Its webhook-timestamp is no time.')
  if (!(Math.abs(nowMs / 1000 - Number(timestamp)) <= toleranceSeconds)) {
    throw new WebhookSignatureError('It was signed too long ago, or by a clock that is wrong.')
  }
}

type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

async function importSecret(secret: string): Promise<HmacKey> {
  const bytes = fromBase64(/^whsec_(?<base64>.+)$/.exec(secret)?.groups?.['base64'] ?? '')
  if (bytes === null || bytes.length === 0) throw new TypeError('The secret of a webhook begins with whsec_.')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

/** The comparison is WebCrypto's own, in constant time. */
async function isSignedBy(key: HmacKey, signature: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const bytes = signature.startsWith('v1,') ? fromBase64(signature.slice(3)) : null
  return bytes !== null && crypto.subtle.verify('HMAC', key, bytes, signed)
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}

/** RFC 4648 section 4; null for what is not. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
