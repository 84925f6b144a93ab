import { createHash } from 'node:crypto'
import { Cluster, Redis } from 'ioredis'
import { within } from './deadline.ts'
import type { RedisAddress } from './redis-url.ts'

/** Redis, one server or a cluster, spoken to so that nothing is ever sent twice: a script sent again spends twice. */
export interface RedisConnection {
  /** Runs a script on keys of one slot, with one binary argument. Loads it where the server does not know it yet. */
  run(script: string, keys: readonly string[], argument: Buffer): Promise<Buffer>
  delete(key: string): Promise<void>
  /** The text of INFO of every server that takes writes. */
  info(): Promise<readonly string[]>
  /** Gives up connections that do not answer within `deadlineMs`; they are made anew. */
  renew(deadlineMs: number): Promise<void>
  close(): void
}

const RECONNECT_AFTER_MS = 250
const CONNECT_WITHIN_MS = 1_000
const LONGEST_LOADING_WAIT_MS = 500
/** A cluster's failover is noticed by asking, where the old server hangs and so never says MOVED. */
const CLUSTER_MAP_REFRESHED_EVERY_MS = 2_000

/** Connects in the background. Until it is connected, and whenever it is not, every call rejects at once. */
export function connectRedis(address: RedisAddress): RedisConnection {
  return new IoredisConnection(address.cluster ? connectCluster(address) : connectSingle(address))
}

function connectSingle(address: RedisAddress): Redis {
  return new Redis({
    ...optionsOfEach(address),
    ...address.nodes[0],
    db: address.database,
    enableOfflineQueue: false,
    retryStrategy: () => RECONNECT_AFTER_MS,
    // After a failover behind one address: the next connection goes to the new primary. Nothing is sent again.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
}

function connectCluster(address: RedisAddress): Cluster {
  return new Cluster([...address.nodes], {
    // Servers reconnect by being found anew. Connections to them queue what is sent while they open, for as long as
    // the caller's deadline: without that the first call to each server would fail.
    redisOptions: optionsOfEach(address),
    ...(address.tls ? { dnsLookup: keepHostname } : {}),
    enableOfflineQueue: false,
    clusterRetryStrategy: () => RECONNECT_AFTER_MS,
    slotsRefreshInterval: CLUSTER_MAP_REFRESHED_EVERY_MS,
    // 0: a command whose connection broke may have been executed. MOVED, ASK and TRYAGAIN say that it was not.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  })
}

function optionsOfEach(address: RedisAddress) {
  return {
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_WITHIN_MS,
    maxLoadingRetryTime: LONGEST_LOADING_WAIT_MS,
    disableClientInfo: true,
    ...(address.username === null ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password }),
    ...(address.tls ? { tls: {} } : {}),
  }
}

/** Certificates are for names, so that names must not be resolved beforehand. */
function keepHostname(hostname: string, done: (error: null, address: string) => void): void {
  done(null, hostname)
}

class IoredisConnection implements RedisConnection {
  readonly #client: Redis | Cluster
  readonly #digests = new Map<string, string>()
  #lastError: unknown = new Error('it has not been reached yet')

  constructor(client: Redis | Cluster) {
    this.#client = client
    const remember = (error: unknown) => {
      this.#lastError = error
    }
    client.on('error', remember)
    client.on('node error', remember)
  }

  async run(script: string, keys: readonly string[], argument: Buffer): Promise<Buffer> {
    this.#assertConnected()
    const rest = [keys.length, ...keys, argument]
    try {
      return bufferOf(await this.#client.callBuffer('EVALSHA', [this.#digestOf(script), ...rest]))
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return bufferOf(await this.#client.callBuffer('EVAL', [script, ...rest]))
    }
  }

  async delete(key: string): Promise<void> {
    this.#assertConnected()
    await this.#client.del(key)
  }

  async info(): Promise<readonly string[]> {
    this.#assertConnected()
    const servers = this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client]
    return Promise.all(servers.map(async (server) => server.info()))
  }

  async renew(deadlineMs: number): Promise<void> {
    if (!(this.#client instanceof Cluster)) {
      this.#client.disconnect(true)
      return
    }
    const servers = this.#client.nodes('all')
    await Promise.all(servers.map(async (server) => within(deadlineMs, server.ping()).catch(() => server.disconnect())))
  }

  close(): void {
    this.#client.disconnect()
  }

  /** Why there is no connection is known here alone: a call would only be told that there is none. */
  #assertConnected(): void {
    if (this.#client.status === 'ready') return
    const reason = this.#lastError instanceof Error ? this.#lastError.message : String(this.#lastError)
    throw new Error(`Redis is not connected: ${reason}`, { cause: this.#lastError })
  }

  #digestOf(script: string): string {
    const known = this.#digests.get(script)
    if (known !== undefined) return known
    const digest = createHash('sha1').update(script).digest('hex')
    this.#digests.set(script, digest)
    return digest
  }
}

function bufferOf(reply: unknown): Buffer {
  if (reply instanceof Buffer) return reply
  throw new TypeError('the script did not answer with bytes')
}
