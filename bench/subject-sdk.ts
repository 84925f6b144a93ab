// The SDK's client, asked by many at once: verifications that share requests, or each in its own.
import { Mintmark } from '@mintmark/sdk'
import { answerRounds, readSettings, scatter } from './answer-rounds.js'
import { demandedPermission } from './embedded.ts'
import { connections } from './load.ts'

const settings = readSettings() as { readonly server: string; readonly key: string; readonly keys: readonly string[] }
const { server, key, keys } = settings
const next = scatter(keys.length)
const clients = {
  together: new Mintmark({ server, key }),
  alone: new Mintmark({ server, key, maxBatchSize: 1 }),
}

/** Answers `{iterations, alone}` by the microseconds that passed for one verification. */
answerRounds({}, async ({ iterations, alone }) => {
  const client = alone === true ? clients.alone : clients.together
  globalThis.gc?.()
  let left = Number(iterations)
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const verdict = await client.verify({ key: keys[next()] ?? '', permission: demandedPermission })
      if (!verdict.valid) throw new Error(verdict.reason ?? '')
    }
  }
  const startMs = performance.now()
  await Promise.all(Array.from({ length: connections }, caller))
  return { microseconds: ((performance.now() - startMs) * 1000) / Number(iterations) }
})
