import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'

/** A way to a server of this machine on which every answer is late. */
export interface SlowLink {
  /** The server's URL with the link's port. */
  readonly url: string
  close: () => Promise<void>
}

/** Passes connections on to the server of `url` and holds each of its answers for `delayMs`. Keeps their order. */
export async function openSlowLink(url: string, delayMs: number): Promise<SlowLink> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  const link = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    // Timers of one duration fire in the order in which they were set.
    far.on('data', (chunk) => setTimeout(() => near.write(chunk), delayMs))
  })
  link.listen(0, '127.0.0.1')
  await once(link, 'listening')
  const address = link.address()
  if (typeof address !== 'object' || address === null) throw new Error('the slow link listens on no port')
  const linked = new URL(url)
  linked.hostname = '127.0.0.1'
  linked.port = String(address.port)
  return {
    url: linked.href,
    async close() {
      for (const socket of sockets) socket.destroy()
      link.close()
      await once(link, 'close')
    },
  }
}
