import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The absolute path of a program: from the first of `directories` that holds it, else from PATH. */
function findProgram(name: string, directories: readonly string[] = []): string | undefined {
  const searched = [...directories, ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean)]
  return searched.map((directory) => join(directory, name)).find(isExecutable)
}

// Debian keeps PostgreSQL's server programs off PATH, one directory for each major version.
const DEBIAN_POSTGRES = '/usr/lib/postgresql'

/** PostgreSQL's programs, the newest version first. */
export function findPostgresProgram(name: 'postgres' | 'initdb' | 'pg_dump'): string | undefined {
  const versions = listDirectory(DEBIAN_POSTGRES).toSorted((a, b) => Number(b) - Number(a))
  return findProgram(
    name,
    versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin')),
  )
}

export function findRedisProgram(): string | undefined {
  return findProgram('redis-server')
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
