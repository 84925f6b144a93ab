/** What clients were told that asked all the time, before and after something was done. */
export type Load<Done> = {
  readonly done: Done
  /** In answer to requests that began before it was done. */
  readonly before: readonly string[]
  /** In answer to requests that began after it was. */
  readonly after: readonly string[]
}

const clients = 8
/** How often they have asked before anything is done, and how often each asks after it was. */
const requestsBefore = 100
const requestsAfter = 20

/**
 * Does something while clients ask, each as soon as it was answered.
 * @param ask answers what it was told
 */
export async function underLoad<Done>(ask: () => Promise<string>, act: () => Promise<Done>): Promise<Load<Done>> {
  const told: { readonly sentAtMs: number; readonly answer: string }[] = []
  const { promise: warm, resolve: isWarm, reject: failed } = Promise.withResolvers<void>()
  let endedAtMs = Number.POSITIVE_INFINITY
  const client = async (): Promise<void> => {
    for (let after = 0; after < requestsAfter;) {
      const sentAtMs = performance.now()
      if (sentAtMs > endedAtMs) after += 1
      told.push({ sentAtMs, answer: await ask() })
      if (told.length >= requestsBefore) isWarm()
    }
  }
  const asking = Promise.all(Array.from({ length: clients }, client))
  asking.catch(failed)
  try {
    await warm
    const done = await act()
    endedAtMs = performance.now()
    await asking
    const since = (isAfter: boolean) =>
      told.filter(({ sentAtMs }) => sentAtMs > endedAtMs === isAfter).map(({ answer }) => answer)
    return { done, before: since(false), after: since(true) }
  } finally {
    endedAtMs = Math.min(endedAtMs, performance.now())
    await asking.catch(() => undefined)
  }
}
