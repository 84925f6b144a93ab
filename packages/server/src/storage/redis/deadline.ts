/** What did not happen in time. Whether it happens later is unknown. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'

  constructor(durationMs: number) {
    super(`no answer within ${durationMs} ms`)
  }
}

/**
 * The outcome of `work`, or DeadlinePassed after `durationMs`. When this process itself was held up (a long tick, a
 * stopped machine) timers fire before the answers that have arrived meanwhile are read: they are read first.
 */
export async function within<T>(durationMs: number, work: Promise<T>): Promise<T> {
  const { promise: passed, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => setImmediate(() => reject(new DeadlinePassed(durationMs))), durationMs)
  try {
    return await Promise.race([work, passed])
  } finally {
    clearTimeout(timer)
  }
}
