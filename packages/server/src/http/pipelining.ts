import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Answers of one connection that may wait for the one before them. Node makes requests of all that has arrived, 64 KiB
 * at a time, and keeps every answer until it can be sent: a peer who sends much and reads nothing would fill the memory.
 */
const maxWaiting = 32

/** Bounds what one connection may ask before it has been answered (RFC 9112 section 9.3.2). */
export class Pipelining {
  readonly #waiting = new WeakMap<Socket, number>()

  /** False: this request is one too many, or comes after one. Its connection is gone. */
  admit({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // Node gives the first answer of a connection its socket at once.
    if (response.socket !== null) return true
    if (socket.destroyed) return false
    const waiting = (this.#waiting.get(socket) ?? 0) + 1
    if (waiting > maxWaiting) {
      socket.destroy()
      return false
    }
    this.#waiting.set(socket, waiting)
    response.once('close', () => this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1))
    return true
  }
}
