// In-process verification: the engine's own `verify`, embedded, every window exact.
import { answerIterations, readSettings, scatter } from './answer-rounds.js'
import { demandedPermission, openBenchMintmark, type BenchSettings } from './embedded.ts'

const { engine, keys } = await openBenchMintmark(readSettings() as BenchSettings)
const next = scatter(keys.length)

answerIterations(async (iterations) => {
  for (let done = 0; done < iterations; done++) {
    const ready = engine.verify({ key: keys[next()] ?? '', permission: demandedPermission })
    const answer = ready instanceof Promise ? await ready : ready
    if (!answer.valid) throw new Error(answer.reason ?? '')
  }
})
