import type { Context, ErrorHandler, MiddlewareHandler } from 'hono'
import { createGuard, type GuardOptions, type OnFault } from './guard/guard.ts'
import type { GuardContext } from './guard/context.ts'
import { headerPairs } from './guard/header-pairs.ts'
import { fromHeaders } from './guard/presented.ts'
import { responseOf, targetOf } from './guard/web-request.ts'

export type HonoGuardOptions = GuardOptions & {
  /** The client's address: `(c) => getConnInfo(c).remote.address ?? null` of the runtime's adapter. Default: unknown. */
  readonly clientIp?: (context: Context) => string | null
}

export type GuardVariables = {
  /** Who calls. */
  mintmark: GuardContext
}

export type HonoGuard = MiddlewareHandler<{ Variables: GuardVariables }> & {
  /**
   * What answers a handler's errors: `app.onError(guarded.answerErrors(console.error))`. Refusals, the framework's too,
   * in the contract's dialect; `onFault` is told of all else, which is answered with 500.
   */
  answerErrors(onFault: OnFault): ErrorHandler
  /** Reads the contract and holds the policy against it: to be waited for before the application listens. */
  ready(): Promise<void>
}

/**
 * Hono: `app.use(guard({ verifier, policy }))`, before any route, after what answers CORS's preflights. A handler has
 * who calls in `c.var.mintmark`.
 */
export function guard({ clientIp = () => null, ...options }: HonoGuardOptions): HonoGuard {
  const own = createGuard(options)
  const middleware: MiddlewareHandler<{ Variables: GuardVariables }> = async (c, next) => {
    const decision = await own.decide({
      method: c.req.method,
      target: targetOf(c.req.url),
      readCredential: fromHeaders(c.req.raw.headers),
      clientIp: clientIp(c),
    })
    if (decision.refusal !== null) return responseOf(decision.refusal, c.req.method)
    c.set('mintmark', decision.context)
    await next()
    setHeaders(c, decision.headers)
    return undefined
  }
  const answerErrors = (onFault: OnFault): ErrorHandler => {
    return (error, c) => {
      const { answer, isFault } = own.answerError(error)
      if (isFault) onFault(error)
      return responseOf(answer, c.req.method)
    }
  }
  return Object.assign(middleware, { answerErrors, ready: () => own.ready() })
}

function setHeaders(c: Context, headers: readonly string[]): void {
  try {
    for (const [name, value] of headerPairs(headers)) c.res.headers.set(name, value)
  } catch {
    // Those of a response that was fetched, or redirects, cannot be changed: Hono makes a copy.
    for (const [name, value] of headerPairs(headers)) c.header(name, value)
  }
}
