import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, test } from 'vitest'

/** The absolute path of a program: from the first of `directories` that holds it, else from PATH. */
function findProgram(name: string, directories: readonly string[] = []): string | undefined {
  const searched = [...directories, ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean)]
  return searched.map((directory) => join(directory, name)).find(isExecutable)
}

/** A suite that needs a program. Where it is missing the suite is skipped, and fails in CI. */
export function describeWithProgram(
  program: string,
  find: () => string | undefined,
  name: string,
  suite: () => void,
): void {
  if (find() !== undefined) {
    describe(name, suite)
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(`CI must run this suite, and ${program} was not found on the machine`)
    })
  } else {
    describe.skip(`${name} (${program} missing)`, suite)
  }
}

// Debian keeps PostgreSQL's server programs off PATH, one directory for each major version.
const DEBIAN_POSTGRES = '/usr/lib/postgresql'

/** PostgreSQL's programs, the newest version first. */
export function findPostgresProgram(name: 'postgres' | 'initdb' | 'pg_dump' | 'pg_restore'): string | undefined {
  const versions = listDirectory(DEBIAN_POSTGRES).toSorted((a, b) => Number(b) - Number(a))
  return findProgram(
    name,
    versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin')),
  )
}

/** Of Debian's package `prometheus`. */
export function findPromtool(): string | undefined {
  return findProgram('promtool')
}

export function findNginx(): string | undefined {
  return findProgram('nginx', ['/usr/sbin'])
}

export function findChromium(): string | undefined {
  return findProgram('chromium')
}

export function findCaddy(): string | undefined {
  return findProgram('caddy')
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
