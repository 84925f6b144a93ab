import { Redis } from 'ioredis'
import { setTimeout as delay } from 'node:timers/promises'
import { findRedisProgram } from './find-program.ts'
import { freePort } from './free-port.ts'
import { makeServerDirectory, removeServerDirectory } from './server-directory.ts'
import { serverProcess } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'

const MOST_STARTS = 3
const CLUSTER_NODES = 3
const CLUSTER_SLOTS = 16_384
const CLUSTER_FORMED_WITHIN_MS = 20_000

/** A Redis of this test's own on 127.0.0.1 that keeps nothing on disk: one server, or a cluster of three. */
export interface RedisServer {
  /** Of the first node. */
  readonly url: string
  /** Of every node. */
  readonly urls: readonly string[]
  readonly port: number
  /** Of the first node; 0 while it is down. */
  readonly pid: number
  /** One by one; the actions below are on all of them. */
  readonly nodes: readonly RedisNode[]
  stop: () => Promise<void>
  kill: () => Promise<void>
  /** Starts it again on the same port, empty. A cluster keeps its slots. */
  start: () => Promise<void>
  pause: () => void
  resume: () => void
  /** Kills it and erases its files. */
  remove: () => Promise<void>
}

export interface RedisOptions {
  /** Three nodes that share the slots. */
  cluster?: boolean
  /** Further arguments of redis-server. */
  args?: readonly string[]
}

export interface RedisNode {
  url: string
  port: number
  process: ServerProcess
}

/** Starts a server from the program found on this machine. Throws when there is none. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = findRedisProgram()
  if (!program) throw new Error('redis-server was not found on this machine')
  const directory = makeServerDirectory('redis')
  const nodes: RedisNode[] = []
  const server = serverOf(directory, nodes)
  try {
    for (let index = 0; index < (options.cluster ? CLUSTER_NODES : 1); index++) {
      nodes.push(await startNode(program, directory, options))
    }
    if (options.cluster) await formCluster(nodes)
    return server
  } catch (error) {
    await server.remove()
    throw error
  }
}

function serverOf(directory: string, nodes: readonly RedisNode[]): RedisServer {
  const every = async (act: (node: ServerProcess) => Promise<void>) => {
    await Promise.all(nodes.map((node) => act(node.process)))
  }
  return {
    get url() {
      return nodes[0]?.url ?? ''
    },
    get urls() {
      return nodes.map((node) => node.url)
    },
    get port() {
      return nodes[0]?.port ?? 0
    },
    get pid() {
      return nodes[0]?.process.pid ?? 0
    },
    nodes,
    stop: () => every((node) => node.stop('SIGTERM')),
    kill: () => every((node) => node.kill()),
    async start() {
      await every((node) => node.start())
      if (nodes.length > 1) await untilClusterIsWhole(nodes)
    },
    pause: () => nodes.forEach((node) => node.process.pause()),
    resume: () => nodes.forEach((node) => node.process.resume()),
    async remove() {
      await every((node) => node.kill())
      removeServerDirectory(directory)
    },
  }
}

async function startNode(program: string, directory: string, options: RedisOptions): Promise<RedisNode> {
  for (let starts = 1; ; starts++) {
    const port = await freePort()
    const url = `redis://127.0.0.1:${port}`
    const listen = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--daemonize', 'no']
    const memoryOnly = ['--save', '', '--appendonly', 'no']
    const cluster = options.cluster ? await clusterArguments(port) : []
    const main = serverProcess({
      program,
      args: [...listen, ...memoryOnly, ...cluster, ...(options.args ?? [])],
      workingDirectory: directory,
      logFile: `${directory}/server-${port}.log`,
      isReady: async () => (await command(url, 'PING')) === 'PONG',
    })
    try {
      await main.start()
      return { url, port, process: main }
    } catch (error) {
      // Somebody else may have taken the port between the probe and the start.
      if (starts === MOST_STARTS || !String(error).includes('Address already in use')) throw error
    }
  }
}

async function clusterArguments(port: number): Promise<string[]> {
  // The bus port is the port plus 10,000 unless given, which may lie among the ports of outgoing connections.
  const bus = ['--cluster-port', `${await freePort()}`]
  return [
    '--cluster-enabled',
    'yes',
    '--cluster-config-file',
    `nodes-${port}.conf`,
    '--cluster-node-timeout',
    '2000',
    ...bus,
  ]
}

async function formCluster(nodes: readonly RedisNode[]): Promise<void> {
  const share = Math.ceil(CLUSTER_SLOTS / nodes.length)
  for (const [index, node] of nodes.entries()) {
    const first = index * share
    const slots = Array.from({ length: Math.min(share, CLUSTER_SLOTS - first) }, (_, offset) => `${first + offset}`)
    await command(node.url, 'CLUSTER', 'ADDSLOTS', ...slots)
    await command(node.url, 'CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`)
  }
  const [first, ...others] = nodes
  if (!first) return
  for (const node of others) await meet(first, node)
  await untilClusterIsWhole(nodes)
}

async function meet(first: RedisNode, node: RedisNode): Promise<void> {
  // `myself` line of CLUSTER NODES: "<id> <ip>:<port>@<bus port> myself,…".
  const table = String(await command(node.url, 'CLUSTER', 'NODES'))
  const busPort = /@(\d+)/.exec(table)?.[1] ?? ''
  await command(first.url, 'CLUSTER', 'MEET', '127.0.0.1', `${node.port}`, busPort)
}

async function untilClusterIsWhole(nodes: readonly RedisNode[]): Promise<void> {
  const isWhole = async (node: RedisNode) => {
    const info = String(await command(node.url, 'CLUSTER', 'INFO'))
    return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`)
  }
  for (const deadlineMs = Date.now() + CLUSTER_FORMED_WITHIN_MS; Date.now() < deadlineMs; await delay(50)) {
    const answers = await Promise.all(nodes.map(isWhole))
    if (answers.every(Boolean)) return
  }
  throw new Error(`the Redis cluster did not form within ${CLUSTER_FORMED_WITHIN_MS} ms`)
}

/** Sends one command on a connection of its own. */
export async function command(url: string, name: string, ...args: string[]): Promise<unknown> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return await redis.call(name, ...args)
  } finally {
    redis.disconnect()
  }
}
