import { execFile } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPostgresProgram } from '../../packages/server/src/testing/find-program.ts'
import { command } from '../../packages/server/src/testing/redis-server.ts'
import type { PostgresServer, RedisServer } from '../../packages/server/src/testing/servers.ts'
import type { ServedNode } from './served-node.ts'

/** Something that Mintmark, or what it stands on, has written. */
export type Sink = { readonly kind: SinkKind; readonly name: string; readonly bytes: Buffer }

export type SinkKind =
  | 'data dir'
  | 'log'
  | 'command line'
  | 'environment'
  | 'database dump'
  | 'database files'
  | 'database log'
  | 'Redis'

/** Every file of a node's data dir but the pepper, and its logs. */
export function filesOf(node: ServedNode): readonly Sink[] {
  const logs = [node.logFile, `${node.logFile}.out`].filter((file) => existsSync(file))
  return [
    ...filesBelow('data dir', node.dataDir).filter(({ name }) => !name.endsWith('/pepper')),
    ...logs.map((file) => ({ kind: 'log', name: file, bytes: readFileSync(file) }) as const),
  ]
}

/** Every regular file in and below a directory. One that goes away meanwhile is left out. */
function filesBelow(kind: SinkKind, directory: string): readonly Sink[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
    const file = join(directory, path)
    try {
      return lstatSync(file).isFile() ? [{ kind, name: file, bytes: readFileSync(file) }] : []
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
  })
}

/** The command lines of all processes of the machine, and the environment of these. */
export function processesOf(pids: readonly number[]): readonly Sink[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return [
    ...all.flatMap((pid) => readIfThere('command line', `/proc/${pid}/cmdline`)),
    ...pids.flatMap((pid) => readIfThere('environment', `/proc/${pid}/environ`)),
  ]
}

/** A process may have ended, or be none of ours. */
function readIfThere(kind: SinkKind, file: string): readonly Sink[] {
  try {
    return [{ kind, name: file, bytes: readFileSync(file) }]
  } catch {
    return []
  }
}

/** A dump of one database, the server's files, and its log. */
export async function postgresSinks(server: PostgresServer, databaseUrl: string): Promise<readonly Sink[]> {
  const program = findPostgresProgram('pg_dump')
  if (program === undefined) throw new Error('PostgreSQL was found on this machine, but not its pg_dump')
  const limits = { encoding: 'buffer', maxBuffer: 1_000_000_000 } as const
  const { stdout } = await promisify(execFile)(program, ['--inserts', `--dbname=${databaseUrl}`], limits)
  return [
    { kind: 'database dump', name: 'pg_dump', bytes: stdout },
    ...filesBelow('database files', server.dataDir),
    { kind: 'database log', name: server.logFile, bytes: readFileSync(server.logFile) },
  ]
}

/** What a Redis writes when it is told to save (it must not compress), and its log. */
export async function redisSinks(server: RedisServer): Promise<readonly Sink[]> {
  await command(server.url, 'SAVE')
  const [, directory] = (await command(server.url, 'CONFIG', 'GET', 'dir')) as [string, string]
  return filesBelow('Redis', directory)
}
