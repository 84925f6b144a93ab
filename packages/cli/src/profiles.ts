import type { Command } from '@commander-js/extra-typings'
import { defaultServer } from './connection.ts'
import { addExamples } from './examples.ts'
import { exitNoCredential, exitUsage, Failed, type Host } from './host.ts'
import { printList } from './print.ts'
import { profileFile, profileName, readProfiles, writeProfiles } from './profile-file.ts'
import { askSecret, canAsk, requireConsent } from './prompt.ts'
import { readSecret } from './read-secret.ts'
import { readServerAddress } from './server-address.ts'

/** Saved servers with their credentials, in a file that only its owner can read. */
export function addProfileCommands(program: Command, host: Host): void {
  const profiles = program.command('profiles').description('Saved servers and credentials, for you alone to read')
  addSave(profiles, host)
  const list = profiles
    .command('list')
    .description('List profiles; * is the one in use')
    .option('--json', 'print one JSON document')
    .action((options) => {
      const { current, profiles: known } = readProfiles(host)
      const items = [...known].map(([name, { apiKey, ...rest }]) => ({
        name,
        isCurrent: name === current,
        ...rest,
        apiKey: shownOf(apiKey),
      }))
      printList(host, options, items, [
        ['', ({ isCurrent }) => (isCurrent ? '*' : ' ')],
        ['name', ({ name }) => name],
        ['server', ({ server }) => server],
        ['credential', ({ apiKey }) => apiKey],
        ['organization', ({ organization }) => organization],
        ['user', ({ user }) => user],
      ])
    })
  addExamples(list, 'mintmark profiles list')
  const use = profiles
    .command('use')
    .description('Use a profile from now on')
    .argument('<name>')
    .action((name) => {
      const { profiles: known } = readProfiles(host)
      requireKnown(known, name)
      writeProfiles(host, { current: name, profiles: known })
      host.stderr.write(`${name} is in use\n`)
    })
  addExamples(use, 'mintmark profiles use production')
  const remove = profiles
    .command('remove')
    .description('Forget a profile. Its credential stays good: revoke it where it was made')
    .argument('<name>')
    .option('--yes', 'do not ask')
    .action(async (name, options) => {
      const { current, profiles: known } = readProfiles(host)
      requireKnown(known, name)
      await requireConsent(host, options, async () => `Forget ${name} and its credential?`)
      const rest = new Map([...known].filter(([one]) => one !== name))
      writeProfiles(host, { current: current === name ? null : current, profiles: rest })
      host.stderr.write(`${name} is forgotten\n`)
    })
  addExamples(remove, 'mintmark profiles remove staging --yes')
  addExamples(
    profiles,
    'mintmark profiles save production --server https://keys.example.com',
    'mintmark keys list --profile production',
  )
}

function addSave(profiles: Command, host: Host): void {
  const save = profiles
    .command('save')
    .description('Save a server and a credential, and use them from now on')
    .argument('<name>')
    .option('--server <url>', `where Mintmark is: MINTMARK_SERVER, else ${defaultServer}`)
    .option('--organization <id>', 'with an operator key: act in this organization')
    .option('--user <id>', 'with an operator key: act for this member of it')
    .option('--api-key-file <file>', 'read the credential from there; - is standard input. Default: you are asked')
    .action(async (name, options) => {
      if (!profileName.test(name)) throw new Failed('A name has letters, digits, dots, dashes, underscores.', exitUsage)
      const server = readServerAddress(options.server ?? (host.env['MINTMARK_SERVER'] || defaultServer))
      const { organization = null, user = null } = options
      if (user !== null && organization === null) throw new Failed('--user needs --organization.', exitUsage)
      const apiKey = await readCredential(host, options.apiKeyFile)
      const { profiles: known } = readProfiles(host)
      const saved = new Map(known).set(name, { server, apiKey, organization, user })
      writeProfiles(host, { current: name, profiles: saved })
      host.stderr.write(`${name} is saved in ${profileFile(host)}, and in use\n`)
    })
  addExamples(
    save,
    'mintmark profiles save production --server https://keys.example.com',
    'mintmark operator-keys create --name laptop | mintmark profiles save local --api-key-file -',
  )
}

async function readCredential(host: Host, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecret(host, file)
  const { MINTMARK_API_KEY: known } = host.env
  if (known) return known
  if (!canAsk(host)) {
    throw new Failed('There is no credential. Say --api-key-file, or set MINTMARK_API_KEY.', exitNoCredential)
  }
  const typed = (await askSecret('Credential (a key, a session token or an operator key)')).trim()
  if (typed === '') throw new Failed('There is no credential.', exitNoCredential)
  return typed
}

function requireKnown(known: ReadonlyMap<string, unknown>, name: string): void {
  if (!known.has(name)) throw new Failed(`There is no profile ${name}. mintmark profiles list shows those there are.`)
}

/** The prefix and first characters, as Mintmark itself shows it. */
function shownOf(apiKey: string): string {
  return `${/^(?:[a-z0-9]+_)*/.exec(apiKey)?.[0] ?? ''}…`
}
