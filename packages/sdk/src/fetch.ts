import { createGuard, type GuardOptions, type OnFault } from './guard/guard.ts'
import type { GuardContext } from './guard/context.ts'
import { fromHeaders } from './guard/presented.ts'
import { headerPairs } from './guard/header-pairs.ts'
import { responseOf, targetOf } from './guard/web-request.ts'

export type FetchGuardOptions = GuardOptions & {
  /** The client's address, where something in front of the application says it. Default: unknown. */
  readonly clientIp?: (request: Request) => string | null
  /**
   * Answers handlers' errors: refusals in the contract's dialect, and all else, of which this is told, with 500. Default:
   * they are the framework's to answer.
   */
  readonly onFault?: OnFault
}

/** What answers a request that was let in; `more` is what the framework gives besides, such as Next.js's `{ params }`. */
export type GuardedHandler<More extends readonly unknown[]> = (
  request: Request,
  context: GuardContext,
  ...more: More
) => Response | Promise<Response>

export type FetchGuard = {
  /** The same handler, for those who may. */
  <More extends readonly unknown[]>(
    handler: GuardedHandler<More>,
  ): (request: Request, ...more: More) => Promise<Response>
  /** Reads the contract and holds the policy against it: to be waited for before the application listens. */
  ready(): Promise<void>
}

/** For whatever answers a `Request` with a `Response`: `export const GET = guarded((request, context) => …)`. */
export function guard({ clientIp = () => null, onFault, ...options }: FetchGuardOptions): FetchGuard {
  const own = createGuard(options)
  const answering = async (response: () => Response | Promise<Response>, method: string): Promise<Response> => {
    try {
      return await response()
    } catch (error) {
      if (onFault === undefined) throw error
      const { answer, isFault } = own.answerError(error)
      if (isFault) onFault(error)
      return responseOf(answer, method)
    }
  }
  function guarded<More extends readonly unknown[]>(handler: GuardedHandler<More>) {
    return async (request: Request, ...more: More): Promise<Response> => {
      const decision = await own.decide({
        method: request.method,
        target: targetOf(request.url),
        readCredential: fromHeaders(request.headers),
        clientIp: clientIp(request),
      })
      if (decision.refusal !== null) return responseOf(decision.refusal, request.method)
      const response = await answering(() => handler(request, decision.context, ...more), request.method)
      return withHeaders(response, decision.headers)
    }
  }
  return Object.assign(guarded, { ready: () => own.ready() })
}

/** A copy: the headers of a response that was fetched, or redirects, cannot be changed. */
function withHeaders(response: Response, headers: readonly string[]): Response {
  if (headers.length === 0) return response
  const copy = new Response(response.body, response)
  for (const [name, value] of headerPairs(headers)) copy.headers.set(name, value)
  return copy
}
