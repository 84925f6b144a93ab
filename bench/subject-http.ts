// Mintmark's HTTP interface, embedded or on PostgreSQL and Redis.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCpu, readSettings } from './answer-rounds.js'
import { openBenchMintmark, type BenchSettings } from './embedded.ts'

const { handler, operatorKey, keys } = await openBenchMintmark(readSettings() as BenchSettings)
const server = createServer({ optimizeEmptyRequests: true }, handler)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  answerCpu({ port, operatorKey, keys })
})
