import { createServer } from 'node:http'
import { once } from 'node:events'
import { startPostgres } from './postgres-server.ts'
import { startRedis } from './redis-server.ts'
import { lamentMissing, missingServers, SHARED_SERVERS_VARIABLE } from './shared-servers.ts'
import type { ServerName } from './shared-servers.ts'

interface RunningServer {
  url: string
  remove: () => Promise<void>
}

const STARTERS: Record<ServerName, () => Promise<RunningServer>> = { PostgreSQL: startPostgres, Redis: startRedis }

/**
 * Runs in vitest's main process. Workers ask it for the servers of the run, and it starts each when it is first asked:
 * a run that needs none pays nothing.
 */
export async function setup(): Promise<() => Promise<void>> {
  const running = new Map<ServerName, Promise<RunningServer>>()
  const desk = createServer((request, response) => {
    const name = request.url === '/PostgreSQL' ? 'PostgreSQL' : 'Redis'
    const server = running.get(name) ?? STARTERS[name]()
    running.set(name, server)
    server.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  desk.listen(0, '127.0.0.1')
  await once(desk, 'listening')
  desk.unref()
  const address = desk.address()
  if (typeof address !== 'object' || !address) throw new Error('the desk for shared servers listens on no port')
  process.env[SHARED_SERVERS_VARIABLE] = `http://127.0.0.1:${address.port}`
  announceMissing()

  return async () => {
    announceMissing()
    desk.closeAllConnections()
    desk.close()
    await Promise.allSettled([...running.values()].map(async (server) => (await server).remove()))
  }
}

function announceMissing(): void {
  for (const name of missingServers()) process.stderr.write(`\n${lamentMissing(name, process.env['CI'] === 'true')}\n`)
}
