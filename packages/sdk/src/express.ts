import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGuard, type GuardOptions, type OnFault } from './guard/guard.ts'
import type { GuardContext } from './guard/context.ts'
import { headerPairs } from './guard/header-pairs.ts'
import { fromRawHeaders } from './guard/presented.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who calls: after the guard. */
      mintmark: GuardContext
    }
  }
}

/** A middleware, of Express or of anything that takes Connect's. */
export type GuardMiddleware = {
  (request: GuardableRequest, response: ServerResponse, next: (error?: unknown) => void): void
  /**
   * What answers a handler's errors, after all routes: `app.use(guarded.answerErrors(console.error))`. Refusals, the
   * framework's too, in the contract's dialect; `onFault` is told of all else, which is answered with 500.
   */
  answerErrors(onFault: OnFault): ErrorMiddleware
  /** Reads the contract and holds the policy against it: to be waited for before the application listens. */
  ready(): Promise<void>
}

/** Who takes errors is known by having four parameters. */
export type ErrorMiddleware = (
  error: unknown,
  request: GuardableRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

type GuardableRequest = IncomingMessage & { readonly baseUrl?: string; readonly ip?: string | undefined }

/**
 * Express: `app.use(guard({ verifier, policy }))`, before any route, after what answers CORS's preflights. The policy's
 * paths are whole, wherever the guard is mounted, without `prefix`.
 */
export function guard(options: GuardOptions): GuardMiddleware {
  const own = createGuard(options)
  const judge = async (request: GuardableRequest, response: ServerResponse): Promise<boolean> => {
    const decision = await own.decide({
      method: request.method ?? '',
      target: targetOf(request),
      readCredential: fromRawHeaders(request.rawHeaders),
      clientIp: request.ip ?? request.socket.remoteAddress ?? null,
    })
    if (decision.refusal !== null) {
      const { status, headers, body } = decision.refusal
      response.writeHead(status, [...headers]).end(body)
      return false
    }
    Object.assign(request, { mintmark: decision.context })
    keepHeaders(response, decision.headers)
    return true
  }
  const middleware = (request: GuardableRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    void callNext(judge(request, response), next)
  }
  const answerErrors = (onFault: OnFault): ErrorMiddleware => {
    return (error, _request, response, next) => {
      const { answer, isFault } = own.answerError(error)
      if (isFault) onFault(error)
      // What has begun can only be cut off.
      if (response.headersSent) next(error)
      else response.writeHead(answer.status, [...answer.headers]).end(answer.body)
    }
  }
  return Object.assign(middleware, { answerErrors, ready: () => own.ready() })
}

/** What happens in `next` is not the guard's, errors neither. */
async function callNext(judged: Promise<boolean>, next: (error?: unknown) => void): Promise<void> {
  const outcome = await judged.catch((error: unknown) => ({ error }))
  if (typeof outcome === 'object') next(outcome.error)
  else if (outcome) next()
}

/** What Express routes by: what precedes the guard's place, and the rest, after whatever rewrote it. */
function targetOf({ baseUrl = '', url = '' }: GuardableRequest): string {
  const isPlaceItself = baseUrl !== '' && /^\/(?:\?|$)/.test(url)
  return isPlaceItself ? `${baseUrl}${url.slice(1)}` : `${baseUrl}${url}`
}

/** Sets headers again when they are sent: what answers errors (finalhandler) takes away those that are there. */
function keepHeaders(response: ServerResponse, headers: readonly string[]): void {
  if (headers.length === 0) return
  const set = (): void => {
    for (const [name, value] of headerPairs(headers)) if (!response.hasHeader(name)) response.setHeader(name, value)
  }
  set()
  const writeHead = response.writeHead.bind(response)
  response.writeHead = (...given: unknown[]) => {
    set()
    return writeHead(...(given as Parameters<typeof writeHead>))
  }
}
