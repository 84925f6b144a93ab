import type { Server } from 'node:http'
import type { Socket } from 'node:net'

const sweepMs = 2_000
/** What was written so many sweeps ago must have left by now: within 10 to 12 s. */
const patienceSweeps = 5

/** How many bytes had been written at each of the latest sweeps, the oldest first. */
type Marks = number[]

/** Ends connections whose peer does not take what he has asked for: Node itself waits for ever. */
export function cutOffSlowReaders(server: Server): void {
  const connections = new Map<Socket, Marks>()
  server.on('connection', (socket) => {
    connections.set(socket, [])
    socket.once('close', () => connections.delete(socket))
  })
  const sweep = setInterval(() => {
    for (const [socket, marks] of connections) {
      if (isSlow(socket, marks)) socket.destroy()
    }
  }, sweepMs)
  sweep.unref()
  server.once('close', () => clearInterval(sweep))
}

function isSlow(socket: Socket, marks: Marks): boolean {
  if (socket.writableLength === 0) {
    marks.length = 0
    return false
  }
  marks.push(socket.bytesWritten)
  if (marks.length <= patienceSweeps) return false
  const sent = socket.bytesWritten - socket.writableLength
  const due = marks.shift() ?? 0
  return sent < due
}
