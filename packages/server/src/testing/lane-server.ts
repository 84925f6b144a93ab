import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Contract } from '@mintmark/core'
import { createClientAddress } from '../http/client-address.ts'
import type { LaneParts } from '../http/lane-parts.ts'
import { createRequestIds } from '../http/request-id.ts'
import { createVerifyLane } from '../http/verify-lane.ts'

export type LaneServer = {
  readonly port: number
  /** What was told of as faults of ours. */
  readonly failures: readonly unknown[]
  close(): Promise<void>
}

/** The verify lane on a real socket. What it leaves alone is answered 299. */
export async function startLane(
  engine: LaneParts['engine'],
  contract: Contract,
  trustedProxies: readonly string[] = [],
): Promise<LaneServer> {
  const failures: unknown[] = []
  const lane = createVerifyLane({
    engine,
    contract,
    clientAddress: createClientAddress(trustedProxies),
    createRequestId: createRequestIds(),
    always: [],
    log: { failure: (_requestId, error) => void failures.push(error) },
  })
  const server = createServer({ optimizeEmptyRequests: true }, (request, response) => {
    if (!lane(request, response)) response.writeHead(299).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    failures,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
