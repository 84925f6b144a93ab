import type { CredentialHeader } from '@mintmark/core'

/** Mintmark's own interface takes a credential in either header, whatever the contract asks of the company's own. */
export const ownHeaders: readonly CredentialHeader[] = ['authorization', 'x-api-key']

/** What a request's headers say to Mintmark. An empty credential is none. */
export type RequestHeaders = {
  readonly credential: string | null
  /** Two credentials, or one header twice: nobody may choose between them (RFC 6750 section 2). */
  readonly isAmbiguous: boolean
  /** `Mintmark-Organization` and `Mintmark-User`. */
  readonly organizationId: string | null
  readonly userId: string | null
  /** One of the two above stands there twice. */
  readonly isActingTwice: boolean
  readonly forwardedFor: string | null
}

/**
 * Reads the raw headers in one pass: Node keeps the first of two `Authorization` silently and joins two `X-API-Key`
 * with a comma. A scheme other than Bearer is not a credential of ours. Nothing is trimmed, folded or decoded.
 *
 * @param accepted headers that may carry a credential
 */
export function readHeaders(rawHeaders: readonly string[], accepted: readonly CredentialHeader[]): RequestHeaders {
  let bearer: string | null = null
  let apiKey: string | null = null
  let organizationId: string | null = null
  let userId: string | null = null
  let forwardedFor: string | null = null
  let isActingTwice = false
  let authorizations = 0
  let apiKeys = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    // Lengths first: most headers of a request are none of these.
    switch (name.length) {
      case 13:
        if (isNamed(name, 'authorization')) {
          if (!accepted.includes('authorization')) break
          authorizations += 1
          bearer = bearerToken(value)
        } else if (isNamed(name, 'mintmark-user')) {
          isActingTwice ||= userId !== null
          userId = value
        }
        break
      case 9:
        if (!isNamed(name, 'x-api-key') || !accepted.includes('x-api-key')) break
        apiKeys += 1
        apiKey = value === '' ? null : value
        break
      case 21:
        if (!isNamed(name, 'mintmark-organization')) break
        isActingTwice ||= organizationId !== null
        organizationId = value
        break
      case 15:
        if (isNamed(name, 'x-forwarded-for')) forwardedFor = forwardedFor === null ? value : `${forwardedFor},${value}`
        break
      default:
    }
  }
  const isRepeated = authorizations > 1 || apiKeys > 1
  const differ = bearer !== null && apiKey !== null && bearer !== apiKey
  return {
    credential: bearer ?? apiKey,
    isAmbiguous: isRepeated || differ,
    organizationId,
    userId,
    isActingTwice,
    forwardedFor,
  }
}

function isNamed(name: string, lowerCase: string): boolean {
  return name === lowerCase || name.toLowerCase() === lowerCase
}

/** `Bearer` in any case, one or more spaces, the token (RFC 9110 section 11.4). Null for another scheme or no token. */
function bearerToken(value: string): string | null {
  if (value.length < 7 || value.charCodeAt(6) !== 0x20 || value.slice(0, 6).toLowerCase() !== 'bearer') return null
  let start = 7
  while (value.charCodeAt(start) === 0x20) start += 1
  return start === value.length ? null : value.slice(start)
}
