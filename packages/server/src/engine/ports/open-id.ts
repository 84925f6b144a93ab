/** Another party that people may sign in by (OpenID Connect). */
export type OpenIdProvider = { readonly id: string; readonly name: string }

export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}

/** What only this one request may be answered with. */
export type OpenIdRequest = {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectUri: string
  /** Whether he is to show the provider who he is now, although he may be signed in there. */
  readonly asksAgain: boolean
}

/** Whom a provider vouches for. */
export type OpenIdClaims = {
  readonly subject: string
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly name: string | null
  /** When he last showed the provider who he is; 0: it does not say, though it could; null: it never does. */
  readonly authenticatedAtMs: number | null
}

/**
 * Obligations: `claims` answers only for an ID token whose signature, issuer, audience, expiry and nonce are right, got
 * with the code and its PKCE verifier. Null: the provider does not vouch for anybody by this code. Both reject with
 * `ProviderUnavailable` where it does not answer.
 */
export interface OpenIdProviders {
  readonly list: readonly OpenIdProvider[]
  authorizationUrl(id: string, request: OpenIdRequest): Promise<string>
  claims(id: string, request: OpenIdRequest, code: string): Promise<OpenIdClaims | null>
}
