import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { browserPolicy } from '../../engine/policy.ts'
import { refuse } from '../../engine/refused.ts'
import type { Browser } from '../../engine/sign-in/browser.ts'
import { openIdWithinMs } from '../../engine/sign-in/open-id.ts'
import type { ClientAddress } from '../client-address.ts'
import { ownHeaders, readHeaders } from '../credential.ts'
import { userAgentOf } from '../user-agent.ts'
import { createCookies, type Cookies } from './cookies.ts'
import { isSecure, requirePrivate, requireSameSite } from './same-site.ts'

export type AuthParts = {
  readonly engine: Engine
  readonly clientAddress: ClientAddress
  readonly publicUrl: string
}

/** What a handler gets of its request. */
export type AuthCall<Body> = {
  readonly browser: Browser
  readonly body: Body
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | undefined>>
  /** What the browser is to keep from now on; null: nothing. */
  readonly keep: (cookie: string | null) => void
  /** What it keeps while its person is at a provider. */
  readonly openId: string | null
  readonly keepOpenId: (cookie: string | null) => void
}

/** An answer that leads the browser elsewhere. */
export class Redirect {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }
}

export type AuthRoute<Body extends TSchema> = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: Body
  /** Asked by programs, which say nothing of a site; what a browser asks must come from ours. No cookie is read. */
  readonly isForPrograms?: true
  /** Undefined: 204. */
  readonly handle: (call: AuthCall<Static<Body>>) => Promise<object | undefined>
}

export type AddAuthRoute = <Body extends TSchema>(route: AuthRoute<Body>) => void

/**
 * Routes for pages of our own, in a browser: they alone read the cookie, and no credential of the API. They are no part
 * of the interface, and openapi.json does not tell of them.
 */
export function createAuthRoutes(app: FastifyInstance, parts: AuthParts): AddAuthRoute {
  const { publicUrl, clientAddress } = parts
  const cookies = createCookies(isSecure(publicUrl), openIdWithinMs / 1000)
  const guard = async (request: FastifyRequest): Promise<void> => {
    const { credential, isAmbiguous } = readHeaders(request.raw.rawHeaders, ownHeaders)
    if (credential !== null || isAmbiguous) {
      throw refuse('ambiguous_credentials', 'Sign-in takes no API credential: the cookie says who asks.')
    }
    requirePrivate(publicUrl, request.headers)
  }
  const guardChange = async (request: FastifyRequest): Promise<void> => {
    await guard(request)
    requireSameSite(publicUrl, request.headers)
  }
  const guardProgram = (request: FastifyRequest): Promise<void> =>
    request.headers.origin === undefined ? guard(request) : guardChange(request)
  const guardOf = (method: string, isForPrograms: boolean): typeof guard => {
    if (method === 'GET') return guard
    return isForPrograms ? guardProgram : guardChange
  }
  return ({ method, path, body, isForPrograms = false, handle }) => {
    app.route({
      method,
      url: path,
      config: { policy: browserPolicy },
      onRequest: guardOf(method, isForPrograms),
      schema: { ...(body !== undefined && { body }) },
      async handler(request, reply) {
        const answer = await handle({
          browser: browserOf(request, isForPrograms ? null : cookies, clientAddress),
          body: request.body as never,
          params: request.params as Readonly<Record<string, string>>,
          query: request.query as Readonly<Record<string, string | undefined>>,
          keep: (cookie) => void reply.header('Set-Cookie', cookies.signIn.write(cookie)),
          openId: cookies.openId.read(request.raw.rawHeaders),
          keepOpenId: (cookie) => void reply.header('Set-Cookie', cookies.openId.write(cookie)),
        })
        if (answer instanceof Redirect) return reply.redirect(answer.url, 302)
        return answer === undefined ? reply.code(204).send() : answer
      },
    })
  }
}

function browserOf(request: FastifyRequest, cookies: Cookies | null, clientAddress: ClientAddress): Browser {
  const { rawHeaders } = request.raw
  const { forwardedFor } = readHeaders(rawHeaders, [])
  return {
    cookie: cookies?.signIn.read(rawHeaders) ?? null,
    origin: { requestId: request.id, ip: clientAddress(request.socket.remoteAddress, forwardedFor) },
    agent: userAgentOf(rawHeaders),
  }
}
