import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Listening = {
  readonly url: string
  /** Takes no more requests, and lets those under way finish. */
  close(): Promise<void>
}

/** For requests under way, when it closes; then they are cut off. */
const finishWithinMs = 5_000

/** @param port 0: any that is free */
export async function listen(listener: RequestListener, port: number): Promise<Listening> {
  const server = createServer(listener).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const timer = setTimeout(() => server.closeAllConnections(), finishWithinMs)
      server.close()
      await once(server, 'close')
      clearTimeout(timer)
    },
  }
}
