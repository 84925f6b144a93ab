import { errorOf, MintmarkError, parseObject, UnreachableError, type Answer } from './errors.ts'
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
    try {
      const answer = await send(`${server}/readyz`, init as RequestInit)
      return readReadiness({ status: answer.status, headers: answer.headers, text: await answer.text() })
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof MintmarkError) throw cause
      throw new UnreachableError('Mintmark could not be reached.', cause)
    }
  }
}

function readReadiness(answer: Answer): Readiness {
  const { status, headers, text } = answer
  const isSaid = status === 200 || status === 503
  const value = isSaid && headers.get('content-type')?.startsWith('application/json') ? parseObject(text) : {}
  if (!isReadiness(value)) throw errorOf(answer)
  return value
}

function isReadiness(value: object): value is Readiness {
  return 'ready' in value && 'dependencies' in value
}
