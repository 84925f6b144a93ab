import { pino, type DestinationStream } from 'pino'

/**
 * JSON lines. Every method takes exactly the fields that may be logged: never a header, a credential, an address, a
 * path with ids, or a key's id, name or prefix (DESIGN section 7). Request ids lead to the audit trail.
 */
export type Log = {
  request(requestId: string, method: string, route: string | null, status: number, durationMs: number): void
  /** A fault of ours. */
  failure(requestId: string | null, error: unknown): void
  /** Something an operator should know. `detail` must come from ourselves. */
  event(name: string, detail?: Readonly<Record<string, string | number | boolean | null>>): void
  warning(name: string, detail?: Readonly<Record<string, string | number | boolean | null>>): void
}

export function createLog(stream: DestinationStream): Log {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream)
  return {
    request(requestId, method, route, status, durationMs) {
      logger.info({ requestId, method, route, status, durationMs: Math.round(durationMs * 1000) / 1000 }, 'request')
    },
    failure(requestId, error) {
      logger.error({ requestId, ...describeError(error) }, 'failure')
    },
    event: (name, detail) => logger.info({ ...detail }, name),
    warning: (name, detail) => logger.warn({ ...detail }, name),
  }
}

/** Class, code and place of an error. Its message may hold what somebody sent, so only our own are kept. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  // The stack begins with the message, whose lines may look like places.
  const stack = (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
  return { error: error.name, code, stack: stack.slice(0, 12).map((line) => line.trim()) }
}
