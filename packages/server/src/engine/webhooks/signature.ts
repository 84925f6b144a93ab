import { createHmac } from 'node:crypto'

/** Standard Webhooks 1.0: seconds since 1970, as the header says them. */
export function signatureTime(nowMs: number): string {
  return String(Math.floor(nowMs / 1000))
}

/**
 * `v1,<base64 of HMAC-SHA-256>` over `id.timestamp.body` for each secret, with spaces between: a receiver takes any one,
 * so that he can change his secret whenever he likes while two are in force.
 */
export function signWebhook(
  message: { readonly id: string; readonly timestamp: string; readonly body: string },
  secrets: readonly Uint8Array[],
): string {
  const { id, timestamp, body } = message
  const sign = (secret: Uint8Array): string => {
    return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  }
  return secrets.map(sign).join(' ')
}
