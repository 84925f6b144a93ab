import { readdirSync } from 'node:fs'
import { connect } from 'node:net'

/** How somebody holds on to his connection for as long as he is let. */
export type Slowness = {
  /** Sent at once. */
  readonly first: string
  /** Sent every half second, whatever the server says: null, nothing. */
  readonly drip: string | null
  /** Reads nothing of what is answered. */
  readonly isDeaf?: boolean
}

export type SlowClient = {
  /** What he has read. */
  received(): string
  /** Resolves when the server has ended the connection, as far as he can see. */
  readonly ended: Promise<void>
  end(): void
}

const dripMs = 500

/** Connects, and goes on. That the server says goodbye does not make him go: his half stays open. */
export function startSlowClient(url: string, { first, drip, isDeaf = false }: Slowness): SlowClient {
  const { hostname, port } = new URL(url)
  let received = ''
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('connect', () => socket.write(first, 'latin1'))
  if (isDeaf) socket.pause()
  else socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  const timer = drip === null ? undefined : setInterval(() => socket.write(drip, 'latin1'), dripMs)
  socket.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    socket.on('end', resolve).on('close', () => resolve())
  })
  socket.on('close', () => clearInterval(timer))
  return { received: () => received, ended, end: () => void socket.destroy() }
}

/** How many files and connections a process has open (Linux). */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}
