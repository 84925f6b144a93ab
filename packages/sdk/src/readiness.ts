import { errorOf, UnreachableError } from './errors.ts'
import type { CallOptions, Success } from './rest.ts'

/** Whether verdicts can be given, and how each thing is that they depend on. */
export type Readiness = Success<'getReadiness', 200>

export type ReadReadiness = (options?: CallOptions) => Promise<Readiness>

type ReadinessParts = {
  /** Without a slash at its end. */
  readonly server: string
  readonly fetch: typeof fetch
  readonly timeoutMs: number
}

/** Asked once, without a credential: that it is not ready is an answer. */
export function createReadReadiness({ server, fetch: send, timeoutMs }: ReadinessParts): ReadReadiness {
  return async ({ signal } = {}) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const init = { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]), redirect: 'manual' }
    const answer = await send(`${server}/readyz`, init as RequestInit).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw new UnreachableError('Mintmark could not be reached.', cause)
    })
    const { status, headers } = answer
    const text = await answer.text()
    const isSaid = status === 200 || status === 503
    const value: unknown =
      isSaid && headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : null
    if (!isReadiness(value)) throw errorOf({ status, headers, text })
    return value
  }
}

function isReadiness(value: unknown): value is Readiness {
  return typeof value === 'object' && value !== null && 'ready' in value && 'dependencies' in value
}
