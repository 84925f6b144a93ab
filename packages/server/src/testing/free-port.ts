import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the range from which Linux and macOS draw the ports of outgoing connections: a server that is stopped and
// started again must find its port free, and a client of another server may not have taken it meanwhile.
const LOWEST_PORT = 15_000
const HIGHEST_PORT = 32_000
const MOST_TRIES = 50

/** A port of 127.0.0.1 on which nothing listens. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port of 127.0.0.1 in ${MOST_TRIES} tries`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
