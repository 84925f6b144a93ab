import type { IncomingMessage, ServerResponse } from 'node:http'
import { ForwardAuth } from './forward-auth.ts'
import type { LaneParts } from './lane-parts.ts'
import { Turn } from './turn.ts'
import { VerifyEndpoint } from './verify-endpoint.ts'

/** Takes a request and answers it, or leaves it alone and says false. */
export type VerifyLane = (request: IncomingMessage, response: ServerResponse) => boolean

const verifyPath = '/v1/verify'
/** A query says nothing here, as on every path that has no parameters. */
const verifyQuery = `${verifyPath}?`
const forwardAuthPath = '/v1/forward-auth'
const forwardAuthQuery = `${forwardAuthPath}?`

/**
 * The two requests that come once for each request of a company's customers, answered on `node:http` itself: a
 * framework's routing, hooks and serializer cost more than the verification. They are POST /v1/verify and any method
 * on /v1/forward-auth; anything else, however similar, is the framework's.
 *
 * Make the server with `optimizeEmptyRequests`: requests without a body then cost a tenth less.
 */
export function createVerifyLane(parts: LaneParts): VerifyLane {
  const turn = new Turn()
  const verify = new VerifyEndpoint(parts, turn)
  const forwardAuth = new ForwardAuth(parts, turn)
  return (request, response) => {
    const { url = '' } = request
    if (url === verifyPath && request.method === 'POST') verify.handle(request, response)
    else if (url === forwardAuthPath) forwardAuth.handle(request, response, '')
    else if (url.startsWith(forwardAuthQuery)) forwardAuth.handle(request, response, url.slice(forwardAuthQuery.length))
    else if (url.startsWith(verifyQuery) && request.method === 'POST') verify.handle(request, response)
    else return false
    return true
  }
}
