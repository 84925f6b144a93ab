import { randomBytes } from 'node:crypto'
import { betterAuth } from 'better-auth/minimal'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import {
  ProviderUnavailable,
  type OpenIdClaims,
  type OpenIdProviders,
  type OpenIdRequest,
} from '../../engine/ports/open-id.ts'

/** A provider that people may sign in by. */
export type OpenIdSettings = {
  /** Stands in paths: `[a-z0-9-]{1,32}`. */
  readonly id: string
  /** What the button says. */
  readonly name: string
  /** Its metadata is at `<issuer>/.well-known/openid-configuration`. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Seconds since 1970 (OpenID Connect Core 1.0 section 2). */
const authTime = 'auth_time'
const discoveryTimeoutMs = 10_000
const scopes = ['openid', 'email', 'profile']

/** What was asked of a provider is not kept: a provider that was away at first is asked again. */
async function discover({ id, name, issuer, clientId, clientSecret }: OpenIdSettings) {
  const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const config = {
    providerId: id,
    name,
    clientId,
    clientSecret,
    scopes,
    discoveryUrl,
    requireIdTokenVerification: true,
    pkce: true,
  }
  const auth = betterAuth({
    plugins: [genericOAuth({ config: [config] })],
    secret: randomBytes(32).toString('hex'),
    baseURL: 'http://localhost',
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
  const { socialProviders } = await auth.$context
  const provider = socialProviders.find((one) => one.id === id)
  if (provider === undefined || provider.issuer?.replace(/\/$/, '') !== issuer.replace(/\/$/, '')) {
    throw new ProviderUnavailable(`${issuer} does not say who it is`)
  }
  return { ...provider, tellsWhen: await tellsWhen(discoveryUrl) }
}

/** Whether its ID tokens can say when somebody showed who he is (OpenID Connect Discovery 1.0 section 3). */
async function tellsWhen(discoveryUrl: string): Promise<boolean> {
  const metadata: unknown = await fetch(discoveryUrl, { signal: AbortSignal.timeout(discoveryTimeoutMs) })
    .then((answer) => answer.json())
    .catch((error: unknown) => {
      throw new ProviderUnavailable(`${discoveryUrl} does not answer`, { cause: error })
    })
  const claims = fieldOf(metadata, 'claims_supported')
  return Array.isArray(claims) && claims.includes(authTime)
}

type Provider = Awaited<ReturnType<typeof discover>>

export function openIdProviders(settings: readonly OpenIdSettings[]): OpenIdProviders {
  const known = new Map<string, Promise<Provider>>()
  const providerOf = (id: string): Promise<Provider> => {
    const own = settings.find((one) => one.id === id)
    if (own === undefined) throw new Error(`${id} is no provider that is configured`)
    const found = known.get(id) ?? discover(own)
    known.set(id, found)
    found.catch(() => known.delete(id))
    return found
  }
  return {
    list: settings.map(({ id, name }) => ({ id, name })),
    async authorizationUrl(id, { state, nonce, codeVerifier, redirectUri, asksAgain }) {
      const provider = await providerOf(id)
      const url = await provider.createAuthorizationURL({
        state,
        codeVerifier,
        redirectURI: redirectUri,
        idTokenNonce: nonce,
      })
      // Section 3.1.2.1: whoever showed who he is longer ago than this shows it again, and the ID token says when.
      if (asksAgain) url.searchParams.set('max_age', '0')
      return url.toString()
    },
    claims: async (id, request, code) => readClaims(await providerOf(id), request, code),
  }
}

async function readClaims(
  provider: Provider,
  { nonce, codeVerifier, redirectUri }: OpenIdRequest,
  code: string,
): Promise<OpenIdClaims | null> {
  const tokens = await provider
    .validateAuthorizationCode({ code, codeVerifier, redirectURI: redirectUri })
    // The provider does not take the code: it is used, too old, or another's.
    .catch(() => null)
  // Without an ID token there is nothing that is signed.
  if (!tokens?.idToken) return null
  const info = await provider.getUserInfo({ ...tokens, expectedIdTokenNonce: nonce })
  const subject = fieldOf(info?.data, 'sub')
  if (info === null || typeof subject !== 'string' || subject === '') return null
  const { email, name, emailVerified } = info.user
  const at = fieldOf(payloadOf(tokens.idToken), authTime)
  const authenticatedAtMs = typeof at === 'number' ? at * 1000 : provider.tellsWhen ? 0 : null
  return { subject, email: email ?? null, isEmailVerified: emailVerified, name: name ?? null, authenticatedAtMs }
}

/** Of a token whose signature was checked. */
function payloadOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined
}
