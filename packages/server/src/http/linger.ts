import type { IncomingMessage } from 'node:http'

/** For so long a connection stays after its last answer, which one that is closed at once could lose on the way. */
export const lingerMs = 1_000

/**
 * For an answer that ends its connection although not all of its request was read: one that is closed while something
 * of it is unread loses its answer on the way (RFC 9112 section 9.6). What still comes is passed over for a moment, past
 * the parser, so that nothing of it can be taken for another request.
 */
export function lingerAfter({ socket }: IncomingMessage): void {
  socket.destroySoon = () => {
    const passOver = (): void => {}
    // The parser lets go of a connection that somebody else listens to.
    socket.on('data', passOver)
    for (const listener of socket.listeners('data')) {
      if (listener !== passOver) socket.off('data', listener as typeof passOver)
    }
    socket.removeAllListeners('end')
    socket.once('end', () => socket.destroy())
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
    socket.end()
    socket.resume()
  }
}
