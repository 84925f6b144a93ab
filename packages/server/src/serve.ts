import { once } from 'node:events'
import type { Server } from 'node:http'
import { adminSocketPath } from './admin-client.ts'
import { openAdminSocket } from './admin-socket.ts'
import { ConfigError, urlHost, type Config } from './config.ts'
import { openMintmark } from './create-mintmark.ts'
import { Drain } from './http/drain.ts'
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
  // Refused before anything is made.
  adminSocketPath(config.dataDir)
  const mintmark = await openMintmark(config)
  const server = createHttpServer({
    handler: mintmark.handler,
    render: createRenderError(config.contract.errors, config.contract.messages),
    createRequestId: createRequestIds(),
  })
  const connections = new Drain(server)
  try {
    const url = await listen(server, config)
    const admin = await openAdminSocket(mintmark.engine, config.dataDir, mintmark.log)
    return {
      url,
      async drain() {
        await admin.close()
        await connections.run(drainMs - writeMs)
        await mintmark.close()
      },
    }
  } catch (error) {
    server.close()
    await mintmark.close()
    throw error
  }
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigError([mistakeOfListening(error, host, port)])
  }
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return `http://${urlHost(host)}:${bound}`
}

function mistakeOfListening(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return `MINTMARK_PORT: another process listens on ${port} of ${host}. Choose another port.`
  if (code === 'EACCES') return `MINTMARK_PORT: this user may not listen on ${port}. Choose a port from 1024 on.`
  return `MINTMARK_HOST: ${host} is no address of this machine. Say 127.0.0.1, 0.0.0.0, :: or one of its own.`
}
