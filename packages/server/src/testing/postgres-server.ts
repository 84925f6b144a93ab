import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { findPostgresProgram } from './find-program.ts'
import { freePort } from './free-port.ts'
import type { ServerAccount } from './server-directory.ts'
import { accountForPostgres, makeServerDirectory, removeServerDirectory } from './server-directory.ts'
import { serverProcess } from './server-process.ts'

const MOST_STARTS = 3

/** A PostgreSQL of this test's own, empty, on 127.0.0.1, durable as in production. */
export interface PostgresServer {
  /** Of the database `postgres`, as superuser. */
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** What the server itself has logged. */
  readonly logFile: string
  /** The postmaster's; 0 while it is down. */
  readonly pid: number
  /** Makes an empty database (of a fresh name, unless given) and returns its URL. */
  createDatabase: (name?: string) => Promise<string>
  /** `fast` (default) ends sessions and writes a checkpoint; `immediate` leaves recovery to the next start. */
  stop: (mode?: 'fast' | 'immediate') => Promise<void>
  /** SIGKILL to the whole server. Its data directory stays. */
  kill: () => Promise<void>
  /** Starts it again, on the same port and data. */
  start: () => Promise<void>
  /** SIGSTOP to all of its processes: connections stay open and nothing answers. */
  pause: () => void
  resume: () => void
  /** Kills it and erases its files. */
  remove: () => Promise<void>
}

export interface PostgresOptions {
  /** Settings as in postgresql.conf, over the ones below. */
  settings?: Readonly<Record<string, string | number>>
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  fsync: 'on',
  shared_buffers: '32MB',
  min_wal_size: '8MB',
  max_wal_size: '128MB',
  max_connections: 200,
  autovacuum_naptime: '5s',
}

/** Starts a server from the programs found on this machine. Throws when there are none. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const program = findPostgresProgram('postgres')
  if (!program) throw new Error('PostgreSQL was not found on this machine')
  const account = accountForPostgres()
  const directory = makeServerDirectory('postgres', account)
  await initializeCluster(directory, account)
  for (let starts = 1; ; starts++) {
    const port = await freePort()
    const settings = { ...SETTINGS, unix_socket_directories: directory, ...options.settings, port }
    const server = postgresOn(program, directory, settings, account)
    try {
      await server.start()
      return server
    } catch (error) {
      // Somebody else may have taken the port between the probe and the start.
      if (starts < MOST_STARTS && String(error).includes('could not create any TCP/IP sockets')) continue
      await server.remove()
      throw error
    }
  }
}

async function initializeCluster(directory: string, account: ServerAccount | undefined): Promise<void> {
  const initdb = findPostgresProgram('initdb')
  if (!initdb) throw new Error('PostgreSQL was found on this machine, but not its initdb')
  const form = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--no-locale', '--wal-segsize=1']
  const args = [`--pgdata=${join(directory, 'data')}`, '--no-sync', ...form]
  await promisify(execFile)(initdb, args, { ...account, cwd: directory })
}

function postgresOn(
  program: string,
  directory: string,
  settings: Readonly<Record<string, string | number>> & { port: number },
  account: ServerAccount | undefined,
): PostgresServer {
  const dataDir = join(directory, 'data')
  const logFile = join(directory, 'server.log')
  const { port } = settings
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const main = serverProcess({
    program,
    args: ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    workingDirectory: directory,
    logFile,
    ...account,
    isReady: () => query(url, 'SELECT 1').then(() => true),
  })
  return {
    url,
    port,
    dataDir,
    logFile,
    get pid() {
      return main.pid
    },
    async createDatabase(name = `test_${randomBytes(8).toString('hex')}`) {
      await query(url, `CREATE DATABASE "${name.replaceAll('"', '""')}"`)
      return databaseUrl(url, name)
    },
    stop: (mode = 'fast') => main.stop(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    start: main.start,
    kill: main.kill,
    pause: main.pause,
    resume: main.resume,
    async remove() {
      await main.kill()
      removeServerDirectory(directory)
    },
  }
}

/** The same server's URL with another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end()
  }
}
