import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider, type Context } from 'oidc-provider'

/** Whom the provider vouches for. */
export type OpenIdAccount = {
  readonly sub: string
  readonly email: string
  readonly email_verified: boolean
  /** Default: Ada Lovelace. */
  readonly name?: string
}

export type OpenIdServer = {
  readonly issuer: string
  /** Who signs in next. */
  account: OpenIdAccount
  close(): Promise<void>
}

export const openIdClient = { clientId: 'mintmark', clientSecret: 'a-secret-of-the-tests' }

/** A provider of OpenID Connect at which whoever comes is signed in at once, as `account`. */
export async function startOpenIdServer(redirectUri: string): Promise<OpenIdServer> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opened: OpenIdServer = {
    issuer,
    account: { sub: 'subject-1', email: 'ada@example.com', email_verified: true },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const provider = new Provider(issuer, configurationOf(redirectUri, opened))
  const answer = provider.callback()
  server.on('request', (request, response) => {
    const isSigningIn = request.url?.startsWith('/interaction/') === true
    const login = { accountId: opened.account.sub }
    if (isSigningIn) void provider.interactionFinished(request, response, { login })
    else answer(request, response)
  })
  return opened
}

function configurationOf(redirectUri: string, opened: OpenIdServer): object {
  const { clientId: client_id, clientSecret: client_secret } = openIdClient
  return {
    clients: [{ client_id, client_secret, redirect_uris: [redirectUri] }],
    cookies: { keys: ['of the tests'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ name: 'Ada Lovelace', ...opened.account, sub: accountId }),
    }),
    /** Everybody has agreed. */
    async loadExistingGrant({ oidc: { session, client, provider } }: Context) {
      const grant = new provider.Grant({
        ...(session?.accountId !== undefined && { accountId: session.accountId }),
        ...(client !== undefined && { clientId: client.clientId }),
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  }
}

/** Follows links from one page of the provider to the next, as a browser does, to the one that leads back. */
export async function walkProvider(url: string, issuer: string): Promise<URL> {
  const jar = new Map<string, string>()
  let next = new URL(url)
  for (let hops = 0; next.origin === issuer; hops += 1) {
    if (hops > 10) throw new Error(`The provider leads nowhere: ${next.href}`)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(next, { headers: { cookie }, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      jar.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`)
    next = new URL(location, next)
  }
  return next
}
