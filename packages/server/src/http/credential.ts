import { bearerToken, presentedCredential, type CredentialHeader, type PresentedCredential } from '@mintmark/core'

/** Mintmark's own interface takes a credential in either header, whatever the contract asks of the company's own. */
export const ownHeaders: readonly CredentialHeader[] = ['authorization', 'x-api-key']

/** What a request's headers say to Mintmark. */
export type RequestHeaders = PresentedCredential & {
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
 * @param accepted headers that may carry a key
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
          authorizations += 1
          bearer = bearerToken(value)
        } else if (isNamed(name, 'mintmark-user')) {
          isActingTwice ||= userId !== null
          userId = value
        }
        break
      case 9:
        if (!isNamed(name, 'x-api-key')) break
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
  const { credential, isAmbiguous } = presentedCredential({ bearer, apiKey, authorizations, apiKeys }, accepted)
  return {
    credential,
    isAmbiguous,
    organizationId,
    userId,
    isActingTwice,
    forwardedFor,
  }
}

function isNamed(name: string, lowerCase: string): boolean {
  return name === lowerCase || name.toLowerCase() === lowerCase
}
