/** npm and a terminal pass one wish to stop on several times; what comes later than that will not wait. */
const echoMs = 1_000

/** Resolves at the first SIGINT or SIGTERM. Another one a second later ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | null = null
    const hear = (): void => {
      firstAtMs ??= performance.now()
      if (performance.now() - firstAtMs > echoMs) process.exit(1)
      else resolve()
    }
    process.on('SIGINT', hear)
    process.on('SIGTERM', hear)
  })
}
