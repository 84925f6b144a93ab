import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ProviderUnavailable, type OpenIdProviders, type OpenIdRequest } from '../../engine/ports/open-id.ts'
import { openIdClient, startOpenIdServer, walkProvider, type OpenIdServer } from '../../testing/openid-server.ts'
import { openIdProviders } from './open-id.ts'

const redirectUri = 'http://127.0.0.1:6468/auth/oidc/acme/callback'
let server: OpenIdServer

beforeEach(async () => {
  server = await startOpenIdServer(redirectUri)
})
afterEach(() => server.close())

const secret = (): string => randomBytes(32).toString('base64url')
const providersAt = (issuer: string): OpenIdProviders =>
  openIdProviders([{ id: 'acme', name: 'Acme SSO', issuer, ...openIdClient }])

/** A code that the provider gave for what was asked of it. */
async function answered(asksAgain = false) {
  const providers = providersAt(server.issuer)
  const request: OpenIdRequest = { state: secret(), nonce: secret(), codeVerifier: secret(), redirectUri, asksAgain }
  const back = await walkProvider(await providers.authorizationUrl('acme', request), server.issuer)
  const code = back.searchParams.get('code') ?? ''
  return {
    request,
    claims: (asked: Partial<OpenIdRequest>) => providers.claims('acme', { ...request, ...asked }, code),
  }
}

test('a provider vouches for whoever was asked about, once', async () => {
  const { claims } = await answered()
  expect(await claims({})).toEqual({
    subject: 'subject-1',
    email: 'ada@example.com',
    isEmailVerified: true,
    name: 'Ada Lovelace',
    authenticatedAtMs: 0,
  })
  expect(await claims({})).toBeNull()
})

test('a provider that is asked for it says when somebody showed who he is', async () => {
  const beganAtMs = Date.now()
  const claims = await (await answered(true)).claims({})
  expect(claims?.authenticatedAtMs).toBeGreaterThan(beganAtMs - 1000)
  expect(claims?.authenticatedAtMs).toBeLessThanOrEqual(Date.now())
})

test('an ID token that was made for another browser’s question says nothing', async () => {
  expect(await (await answered()).claims({ nonce: secret() })).toBeNull()
})

test('a code is taken from nobody but who knows the verifier of its challenge', async () => {
  expect(await (await answered()).claims({ codeVerifier: secret() })).toBeNull()
})

test('a provider that says it is another is not asked', async () => {
  const { request } = await answered()
  const elsewhere = providersAt(server.issuer.replace('127.0.0.1', 'localhost'))
  await expect(elsewhere.authorizationUrl('acme', request)).rejects.toThrow(ProviderUnavailable)
})
