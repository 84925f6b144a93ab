import type { CredentialHeader } from './contract-terms.ts'
import { isSessionToken } from './key-format.ts'

/** The credential that a request carries; an empty one is none. */
export type PresentedCredential = {
  readonly credential: string | null
  /** Two credentials, or one header twice: nobody may choose between them (RFC 6750 section 2). */
  readonly isAmbiguous: boolean
}

/** What was found in the two headers that may carry a credential. */
export type CredentialLines = {
  readonly bearer: string | null
  readonly apiKey: string | null
  /** How often each header stands there. */
  readonly authorizations: number
  readonly apiKeys: number
}

/**
 * @param accepted headers that may carry a key. A session token is none: a person's goes in `Authorization` wherever
 *   keys are put, and what else is there then is not ours to read.
 */
export function presentedCredential(
  lines: CredentialLines,
  accepted: readonly CredentialHeader[],
): PresentedCredential {
  const readsAuthorization = accepted.includes('authorization') || isSessionToken(lines.bearer)
  const { bearer, authorizations } = readsAuthorization ? lines : noLines
  const { apiKey, apiKeys } = accepted.includes('x-api-key') ? lines : noLines
  const isRepeated = authorizations > 1 || apiKeys > 1
  const differ = bearer !== null && apiKey !== null && bearer !== apiKey
  return { credential: bearer ?? apiKey, isAmbiguous: isRepeated || differ }
}

const noLines: CredentialLines = { bearer: null, apiKey: null, authorizations: 0, apiKeys: 0 }

/** `Bearer` in any case, one or more spaces, the token (RFC 9110 section 11.4). Null for another scheme or no token. */
export function bearerToken(value: string): string | null {
  if (value.length < 7 || value.charCodeAt(6) !== 0x20 || value.slice(0, 6).toLowerCase() !== 'bearer') return null
  let start = 7
  while (value.charCodeAt(start) === 0x20) start += 1
  return start === value.length ? null : value.slice(start)
}
