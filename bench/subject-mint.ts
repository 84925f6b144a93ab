// Mints by a number of clients at once, spread over organizations, each waiting for the answer before the next.
import { hostCaller } from '@mintmark/server'
import { answerRounds, readSettings } from './answer-rounds.js'
import { openBenchMintmark, type BenchSettings } from './embedded.ts'

const { organizations = 1, ...settings } = readSettings() as BenchSettings & { readonly organizations?: number }
const { engine } = await openBenchMintmark(settings)
const host = hostCaller(null, { requestId: 'bench', ip: null })
const callers = await Promise.all(
  Array.from({ length: organizations }, async (_, index) => {
    const { value } = await engine.organizations.create(host, { name: `Organization ${index}` }, null)
    return { ...host, organizationId: value.id }
  }),
)

answerRounds({}, async (message) => {
  const [mints, clients] = [Number(message['mints']), Number(message['clients'])]
  let minted = 0
  const startedMs = performance.now()
  const client = async (): Promise<void> => {
    for (let turn = minted++; turn < mints; turn = minted++) {
      const caller = callers[turn % callers.length]
      if (caller === undefined) throw new Error('There is no organization')
      await engine.keys.mint(caller, { name: `key ${turn}`, owner: 'organization', role: 'member' }, null)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { mintsPerSecond: (mints * 1000) / (performance.now() - startedMs) }
})
