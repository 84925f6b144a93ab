import type { Command, OptionValues } from '@commander-js/extra-typings'
import { Mintmark, MintmarkError } from '@mintmark/sdk'
import { explainError } from './explain-error.ts'
import { exitNoCredential, exitUsage, Failed, type Host } from './host.ts'
import type { JsonOption } from './print.ts'
import { readProfiles, type Profile } from './profile-file.ts'
import { readSecret } from './read-secret.ts'
import { readServerAddress } from './server-address.ts'

/** Whom to ask, and with what. */
export type ConnectionOptions = JsonOption & {
  readonly server?: string | undefined
  readonly profile?: string | undefined
  readonly organization?: string | undefined
  readonly user?: string | undefined
  readonly apiKeyFile?: string | undefined
  readonly apiKey?: string | undefined
}

export type Connection = {
  readonly server: string
  readonly apiKey: string
  readonly organization: string | null
  readonly user: string | null
}

export const defaultServer = 'http://127.0.0.1:6468'

/** Gives a command what it needs to ask a server. */
export function withConnection<Args extends unknown[], Options extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Options, Global>,
): Command<Args, Options & ConnectionOptions, Global> {
  command
    .option('--json', 'print one JSON document')
    .optionsGroup('Connection:')
    .option('--server <url>', `where Mintmark is: MINTMARK_SERVER, else ${defaultServer}`)
    .option('--profile <name>', 'a saved server and credential: see mintmark profiles (MINTMARK_PROFILE)')
    .option('--organization <id>', 'with an operator key: act in this organization')
    .option('--user <id>', 'with an operator key: act for this member of it')
    .option('--api-key-file <file>', 'read the credential from there; - is standard input')
    .option(
      '--api-key <key>',
      'discouraged: others on this machine see it, and your shell keeps it. Set MINTMARK_API_KEY',
    )
  return command
}

/** Does the work with a client. Whatever Mintmark refuses becomes words that say what to do. */
export async function withMintmark<T>(
  host: Host,
  options: ConnectionOptions,
  work: (mintmark: Mintmark, connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await resolveConnection(host, options)
  try {
    return await work(createClient(connection), connection)
  } catch (error) {
    throw error instanceof MintmarkError ? new Failed(explainError(error, connection.server)) : error
  }
}

function createClient({ server, apiKey, organization, user }: Connection): Mintmark {
  try {
    return new Mintmark({
      server,
      key: apiKey,
      ...(organization !== null && { organizationId: organization }),
      ...(user !== null && { userId: user }),
    })
  } catch (error) {
    // Of a credential with a line break in it, say. The client's words do not repeat it.
    throw new Failed(error instanceof Error ? error.message : String(error), exitUsage)
  }
}

/**
 * An option comes before the environment, and that before the current profile; a profile that is named by an option
 * comes before the environment too. A profile's credential goes to that profile's server and to no other.
 */
export async function resolveConnection(host: Host, options: ConnectionOptions): Promise<Connection> {
  if (options.apiKey !== undefined && options.apiKeyFile !== undefined) {
    throw new Failed('Say --api-key-file or --api-key, not both.', exitUsage)
  }
  const env = (name: string): string | undefined => host.env[name] || undefined
  const profile = findProfile(host, options.profile ?? env('MINTMARK_PROFILE'))
  const isChosen = options.profile !== undefined
  const server = readServerAddress(
    options.server ?? (isChosen ? profile?.server : (env('MINTMARK_SERVER') ?? profile?.server)) ?? defaultServer,
  )
  const said = options.apiKeyFile === undefined ? options.apiKey : await readSecret(host, options.apiKeyFile)
  const ownKey = said ?? (isChosen ? undefined : env('MINTMARK_API_KEY'))
  const saved = profile !== null && profile.server === server ? profile : null
  const apiKey = ownKey ?? saved?.apiKey
  if (apiKey === undefined) throw new Failed(missingCredential(profile, server), exitNoCredential)
  const acting = ownKey === undefined ? saved : null
  const organization = options.organization ?? acting?.organization ?? null
  const user = options.user ?? (options.organization === undefined ? acting?.user : null) ?? null
  if (user !== null && organization === null) throw new Failed('--user needs --organization.', exitUsage)
  return { server, apiKey, organization, user }
}

function findProfile(host: Host, name: string | undefined): Profile | null {
  const { current, profiles } = readProfiles(host)
  if (name === undefined) return current === null ? null : (profiles.get(current) ?? null)
  const found = profiles.get(name)
  if (found !== undefined) return found
  const known = profiles.size === 0 ? 'There is none yet' : `There are ${[...profiles.keys()].join(', ')}`
  throw new Failed(`There is no profile ${name}. ${known}: mintmark profiles save ${name}`, exitUsage)
}

function missingCredential(profile: Profile | null, server: string): string {
  const how = 'Set MINTMARK_API_KEY, or save a credential: mintmark profiles save'
  return profile === null
    ? `There is no credential. ${how}`
    : `There is no credential for ${server}: the profile's is for ${profile.server}. ${how}`
}
