import { findPostgresProgram, findRedisProgram } from './find-program.ts'

/** Where vitest's main process hands out the run's servers (global-setup.ts). Set by it, for the workers. */
export const SHARED_SERVERS_VARIABLE = 'MINTMARK_TEST_SHARED_SERVERS'

export type ServerName = 'PostgreSQL' | 'Redis'

const SERVERS = {
  PostgreSQL: { variable: 'MINTMARK_TEST_POSTGRES_URL', find: () => findPostgresProgram('postgres') },
  Redis: { variable: 'MINTMARK_TEST_REDIS_URL', find: findRedisProgram },
} satisfies Record<ServerName, { variable: string; find: () => string | undefined }>

const BOTH: readonly ServerName[] = ['PostgreSQL', 'Redis']

/** The servers that are neither named by a variable nor installed on this machine. */
export function missingServers(among = BOTH): ServerName[] {
  return uninstalledServers(among).filter((name) => !process.env[SERVERS[name].variable])
}

/** The servers whose programs are not on this machine: no test can start its own. */
export function uninstalledServers(among = BOTH): ServerName[] {
  return among.filter((name) => !SERVERS[name].find())
}

/** What the run says about a missing server: once at its beginning, once at its end. */
export function lamentMissing(name: ServerName, isCi: boolean): string {
  const outcome = isCi ? 'and CI=true, so its suites FAIL' : 'so its suites are SKIPPED'
  return `!!! ${name} was not found on this machine, ${outcome}. Install it, or set ${SERVERS[name].variable}.`
}

/** The URL of the run's server: the variable's, else of the one that vitest's main process starts when first asked. */
export async function sharedServerUrl(name: ServerName): Promise<string> {
  const given = process.env[SERVERS[name].variable]
  if (given) return given
  const desk = process.env[SHARED_SERVERS_VARIABLE]
  if (!desk) throw new Error('shared test servers need packages/server/src/testing/global-setup.ts in vitest.config.ts')
  const answer = await fetch(`${desk}/${name}`, { method: 'POST' })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}
