import { setTimeout as sleep } from 'node:timers/promises'

const pauseMs = 20

/** What `look` finds, as soon as it finds something; fails when it takes too long. */
export async function until<T>(look: () => Promise<T | null>, withinMs = 10_000): Promise<T> {
  const end = performance.now() + withinMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== null) return found
    await sleep(pauseMs)
  }
  throw new Error(`It did not come about within ${withinMs} ms`)
}
