import { once } from 'node:events'
import type { Server } from 'node:http'
import { adminSocketPath } from './admin-client.ts'
import { openAdminSocket } from './admin-socket.ts'
import { ConfigError, urlHost, type Config } from './config.ts'
import { openMintmark, type OpenMintmark } from './create-mintmark.ts'
import { hostCaller } from './engine/caller.ts'
import { StoreUnavailable } from './engine/ports/unavailable.ts'
import { Drain } from './http/drain.ts'
import { createRenderError } from './http/problem.ts'
import { transportSecurity } from './http/transport-security.ts'
import { createRequestIds } from './http/request-id.ts'
import { createHttpServer } from './http/server.ts'
import { createMetricsListener } from './metrics-listener.ts'

/** SIGTERM to exit, at most. Requests that are still under way then are cut off. */
const drainMs = 10_000
/** Of that, what is left for writing windows and usage. */
const writeMs = 3_000

export type Served = {
  /** Where it listens. */
  readonly url: string
  /** Makes the first organization and its administrator, once; null: there is somebody already, or no room for it. */
  readonly setUpLink: string | null
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
    always: transportSecurity(config.publicUrl),
  })
  const connections = new Drain(server)
  let metrics: Server | null = null
  try {
    const url = await listen(server, config)
    metrics = await openMetrics(mintmark, config)
    mintmark.links.publicUrl = publicUrlOf(config, url)
    const setUpLink = await createSetUpLink(mintmark)
    const admin = await openAdminSocket(mintmark, config.dataDir)
    return {
      url,
      setUpLink,
      async drain() {
        await admin.close()
        metrics?.close()
        await connections.run(drainMs - writeMs)
        await mintmark.close()
      },
    }
  } catch (error) {
    server.close()
    metrics?.close()
    await mintmark.close()
    throw error
  }
}

/** What was said, or where it listens: under the name that this machine has for itself, where that is everywhere. */
function publicUrlOf({ host, port, publicUrl }: Config, url: string): string {
  if (publicUrl !== `http://${urlHost(host)}:${port}`) return publicUrl
  return host === '0.0.0.0' || host === '::' ? url.replace(urlHost(host), 'localhost') : url
}

/** Whoever can read what this process says is the host: never a default account. */
async function createSetUpLink({ engine: { signIn }, log }: OpenMintmark): Promise<string | null> {
  try {
    if (!(await signIn.isWithoutPeople())) return null
    const { url } = await signIn.createSetUpLink(hostCaller(null, { requestId: 'start', ip: null }))
    return url
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    // Keys are verified and revoked all the same.
    log.warning('No set-up link could be written: `mintmark setup-link` prints one as soon as there is room')
    return null
  }
}

/** Null: only operators read them, where everything else is. */
async function openMetrics({ metrics, log }: OpenMintmark, { host, metricsPort }: Config): Promise<Server | null> {
  if (metricsPort === null) return null
  const server = createMetricsListener(metrics, (error) => log.failure(null, error))
  const url = await listen(server, { host, port: metricsPort }, 'MINTMARK_METRICS_PORT')
  log.event('Metrics are served', { url: `${url}/metrics` })
  return server
}

type Place = { readonly host: string; readonly port: number }

async function listen(server: Server, { host, port }: Place, variable = 'MINTMARK_PORT'): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigError([mistakeOfListening(error, host, port, variable)])
  }
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return `http://${urlHost(host)}:${bound}`
}

function mistakeOfListening(error: unknown, host: string, port: number, variable: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return `${variable}: another process listens on ${port} of ${host}. Choose another port.`
  if (code === 'EACCES') return `${variable}: this user may not listen on ${port}. Choose a port from 1024 on.`
  return `MINTMARK_HOST: ${host} is no address of this machine. Say 127.0.0.1, 0.0.0.0, :: or one of its own.`
}
