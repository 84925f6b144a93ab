import { AuthError } from '../auth/auth-error.ts'
import type { Tokens } from './tokens.ts'

/**
 * `fetch` for the SDK: each request with the token of now. A token that was ended early is renewed once; where none is
 * to be had any more, the person is signed out, and `onEnded` is told.
 */
export function createSessionFetch(tokens: Tokens, onEnded: () => void): typeof fetch {
  const send = (request: Request, token: string): Promise<Response> => {
    request.headers.set('Authorization', `Bearer ${token}`)
    return fetch(request, { credentials: 'omit', cache: 'no-store' })
  }
  return async (input, init) => {
    const request = new Request(input, init)
    const again = request.clone()
    try {
      const answer = await send(request, await tokens.current())
      if (answer.status !== 401) return answer
      const renewed = await send(again, await tokens.renew())
      if (renewed.status === 401) onEnded()
      return renewed
    } catch (error) {
      if (!(error instanceof AuthError) || error.status === 0) throw error
      if (error.isSignedOut) onEnded()
      return refusalOf(error)
    }
  }
}

/** No token: why not is the answer to what was asked with it. */
function refusalOf({ status, reason, message }: AuthError): Response {
  const headers = { 'Content-Type': 'application/problem+json' }
  return new Response(JSON.stringify({ reason, message }), { status, headers })
}
