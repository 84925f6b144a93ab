import { once } from 'node:events'
import type { Server } from 'node:http'
import { openAdminSocket } from './admin-socket.ts'
import { urlHost, type Config } from './config.ts'
import { openMintmark, type Mintmark } from './create-mintmark.ts'
import { createRenderError } from './http/problem.ts'
import { createRequestIds } from './http/request-id.ts'
import { createHttpServer } from './http/server.ts'

/** SIGTERM to exit, at most. Requests that are still under way then are cut off. */
const drainMs = 10_000
/** Of that, what is left for writing windows and usage. */
const writeMs = 3_000

export type Served = {
  /** Where it listens. */
  readonly url: string
  /** Takes no more requests, lets those under way finish, writes what is only in memory. */
  drain(): Promise<void>
}

/** config -> stores -> engine -> listen. Throws what `createMintmark` throws, and `ConfigError` for a port in use. */
export async function serve(config: Config): Promise<Served> {
  const mintmark = await openMintmark(config)
  try {
    const server = createHttpServer({
      handler: mintmark.handler,
      render: createRenderError(config.contract.errors, config.contract.messages),
      createRequestId: createRequestIds(),
    })
    const url = await listen(server, config)
    const admin = await openAdminSocket(mintmark.engine, config.dataDir)
    return { url, drain: () => drain(server, admin, mintmark) }
  } catch (error) {
    await mintmark.close()
    throw error
  }
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return `http://${urlHost(host)}:${bound}`
}

async function drain(server: Server, admin: { close(): Promise<void> }, mintmark: Mintmark): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  const cutOff = setTimeout(() => server.closeAllConnections(), drainMs - writeMs)
  await admin.close()
  await closed
  clearTimeout(cutOff)
  await mintmark.close()
}
