import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** For as long as this, clients that are busy are still served, and asked to leave: none need be cut off. */
const lingerMs = 500
/** How often it is looked whether connections are gone or have become idle. */
const sweepMs = 20

/** Ends a server without cutting off whoever is being served. */
export class Drain {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  /** Must exist before the first connection. */
  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  /**
   * Asks clients to leave, then takes no more connections, then waits for what is under way.
   * @param cutOffMs after which even that is cut off
   */
  async run(cutOffMs: number): Promise<void> {
    const endMs = performance.now() + cutOffMs
    this.#server.prependListener('request', askToLeave)
    await this.#gone(Math.min(lingerMs, cutOffMs))
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    const sweep = setInterval(() => this.#closeIdle(), sweepMs)
    await this.#gone(endMs - performance.now())
    clearInterval(sweep)
    this.#server.closeAllConnections()
    await closed
  }

  /** Resolves when nobody is connected, or this time has passed. */
  async #gone(withinMs: number): Promise<void> {
    const endMs = performance.now() + withinMs
    while (this.#sockets.size > 0 && performance.now() < endMs) await sleep(sweepMs)
  }

  /** Node takes a connection on which nothing was ever sent for one that is being read. */
  #closeIdle(): void {
    this.#server.closeIdleConnections()
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy()
  }
}

/** The answer says `Connection: close`, and ends it. */
function askToLeave(_request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false
}
