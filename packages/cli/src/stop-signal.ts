/**
 * One wish to stop is often heard twice: a terminal or a supervisor signals every process of the group, and npm, which
 * is one of them, passes the signal on. What comes later than such an echo is somebody who will not wait.
 */
const echoMs = 1_000

/** Where signals are heard, and what ends at once. */
export type Signalled = {
  on(signal: 'SIGTERM' | 'SIGINT', hear: () => void): unknown
  exit(code: number): unknown
}

/** Resolves at the first SIGTERM or SIGINT. After its echoes another ends the process at once: exit 1. */
export function stopSignal(signalled: Signalled, nowMs: () => number): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | null = null
    const hear = (): void => {
      firstAtMs ??= nowMs()
      if (nowMs() - firstAtMs > echoMs) signalled.exit(1)
      else resolve()
    }
    signalled.on('SIGTERM', hear)
    signalled.on('SIGINT', hear)
  })
}
