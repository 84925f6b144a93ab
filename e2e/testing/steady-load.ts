import { setTimeout as sleep } from 'node:timers/promises'
import type { AskedClaim, Ending } from './endings.ts'
import type { Installation } from './installation.ts'
import type { RevocationHistory } from './revocation-history.ts'
import { anyOf, fireAround } from './volley.ts'

export type LoadOptions = {
  readonly installation: Installation
  readonly history: RevocationHistory
  /** What stands throughout: nobody may refuse it. */
  readonly standing: readonly AskedClaim[]
  /** What is ended all the while, in turn. */
  readonly endings?: readonly Ending[]
}

export type SteadyLoad = {
  /** Resolves when this many more answers have decided something. */
  decided(answers: number): Promise<void>
  stop(): Promise<void>
}

const askers = 6
const enders = 2
/** So that an outage, which answers at once, does not become a busy loop. */
const pauseMs = 3

/** Asks about what stands, and ends what does not, on every node until it is stopped. Outages stop nothing. */
export function startLoad(options: LoadOptions): SteadyLoad {
  const { installation, history, standing, endings = [] } = options
  const state = { isOver: false, decided: 0 }

  async function keepAsking(): Promise<void> {
    while (!state.isOver) {
      const { claim, ways } = anyOf(standing)
      const way = anyOf(ways)
      const { url } = anyOf(installation.nodes)
      const outcome = await history.verify(claim, `${way.name} at ${url}`, () => way.ask(url))
      if (outcome !== 'undecided') state.decided += 1
      await sleep(pauseMs)
    }
  }

  async function keepEnding(): Promise<void> {
    while (!state.isOver) {
      // What cannot be prepared in an outage is not ended either.
      await fireAround(anyOf(endings), { installation, history }).catch(() => sleep(pauseMs * 10))
      await sleep(pauseMs)
    }
  }

  const loops = [
    ...Array.from({ length: askers }, keepAsking),
    ...Array.from({ length: endings.length === 0 ? 0 : enders }, keepEnding),
  ]
  return {
    async decided(answers) {
      const before = state.decided
      while (state.decided - before < answers && !state.isOver) await sleep(pauseMs)
    },
    async stop() {
      state.isOver = true
      await Promise.all(loops)
    },
  }
}
