// Mintmark over HTTP while something happens, with or without webhooks to hear of it whose receivers never answer.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostCaller } from '@mintmark/server'
import { answerRounds, readSettings } from './answer-rounds.js'
import { openBenchMintmark, type BenchSettings } from './embedded.ts'

const organizations = 5
const changeEveryMs = 200

/** Null: nobody hears of it. */
type Settings = BenchSettings & { readonly receiverPort: number | null; readonly receivers: number }

const { receiverPort, receivers, ...settings } = readSettings() as Settings
const { engine, handler, operatorKey, keys } = await openBenchMintmark({ ...settings, reachesThisMachine: true })
const host = hostCaller(null, { requestId: 'bench', ip: null })

async function createOrganization(name: string) {
  const { value } = await engine.organizations.create(host, { name }, null)
  const caller = { ...host, organizationId: value.id }
  await engine.projects.create(caller, { id: 'site', name: 'Site' }, null)
  return caller
}

/** Where nobody listens, so that what is minted is heard of by none. */
const quiet = await createOrganization('Quiet')
const callers = await Promise.all(Array.from({ length: organizations }, () => createOrganization('Acme')))
if (receiverPort !== null) {
  for (let count = 0; count < receivers; count += 1) {
    const caller = callers[count % organizations] ?? quiet
    const url = `http://127.0.0.1:${receiverPort}/${count}`
    await engine.webhooks.create(caller, { url, events: ['*'] }, null)
  }
}

let changes = 0
setInterval(() => {
  const caller = callers[(changes += 1) % organizations]
  if (caller !== undefined) void engine.projects.change(caller, 'site', { name: `Site ${changes}` })
}, changeEveryMs)

async function mint(count: number): Promise<{ readonly millisecondsEach: number }> {
  const startedMs = performance.now()
  for (let done = 0; done < count; done += 1) {
    await engine.keys.mint(quiet, { name: 'key', owner: 'organization', role: 'member' }, null)
  }
  return { millisecondsEach: (performance.now() - startedMs) / count }
}

const server = createServer({ optimizeEmptyRequests: true }, handler)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  answerRounds({ port, operatorKey, keys }, (message) => {
    if (typeof message['mints'] === 'number') return mint(message['mints'])
    const { user, system } = process.cpuUsage()
    return { cpuMicroseconds: user + system }
  })
})
