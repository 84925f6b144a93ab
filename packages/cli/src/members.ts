import { Option, type Command } from '@commander-js/extra-typings'
import type { Member } from '@mintmark/sdk'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { addInvitationCommands } from './invitations.ts'
import { given, readCount } from './option-values.ts'
import { printDone, printFields, printList, type Column } from './print.ts'
import { requireConsent } from './prompt.ts'

const statuses = ['active', 'suspended'] as const
const columns: readonly Column<Member>[] = [
  ['id', ({ id }) => id],
  ['role', ({ role }) => role],
  ['status', ({ status }) => status],
  ['email', ({ email }) => email],
  ['last seen', ({ lastSeenAt }) => lastSeenAt],
  ['name', ({ name }) => name],
]

export function addMemberCommands(program: Command, host: Host): void {
  const members = program.command('members').description('Who belongs to an organization, and with which role')
  const list = withConnection(
    members
      .command('list')
      .description('List members, newest first')
      .option('--limit <n>', 'no more than these', readCount),
  ).action(async (options) => {
    await withMintmark(host, options, async ({ users }) => {
      printList(host, options, await collect(users.list({ limit: 100 }), options.limit), columns)
    })
  })
  addExamples(list, 'mintmark members list', 'mintmark members list --organization acme')
  const show = withConnection(members.command('show').description('Show a member'))
    .argument('<user>')
    .action(async (user, options) => {
      await withMintmark(host, options, async ({ users }) => printFields(host, options, await users.get(user)))
    })
  addExamples(show, 'mintmark members show ada')
  addSync(members, host)
  addChange(members, host)
  addRemove(members, host)
  addInvitationCommands(members, host)
  addExamples(
    members,
    'mintmark members sync ada --role admin --organization acme',
    'mintmark members remove ada --keys organization',
  )
}

function addSync(members: Command, host: Host): void {
  const sync = withConnection(
    members
      .command('sync')
      .description('As an operator: make a member, or make him what is said here')
      .requiredOption('--role <name>', "one of the contract's")
      .option('--email <address>')
      .option('--name <name>')
      .addOption(new Option('--status <status>', 'default: active').choices(statuses)),
  )
    .argument('<user>', 'what your own system calls him')
    .action(async (user, options) => {
      const { role, email, name, status } = options
      await withMintmark(host, options, async (mintmark, { organization }) => {
        if (organization === null) throw new Failed('Say of which --organization he is a member.', exitUsage)
        const member = await mintmark.members.sync(organization, user, { role, ...given({ email, name, status }) })
        printFields(host, options, member)
      })
    })
  addExamples(sync, 'mintmark members sync ada --role admin --email ada@acme.example --organization acme')
}

function addChange(members: Command, host: Host): void {
  const change = withConnection(
    members
      .command('change')
      .description('Change a member. His keys follow at once')
      .option('--role <name>', "one of the contract's")
      .addOption(new Option('--status <status>', 'his keys are refused while he is suspended').choices(statuses)),
  )
    .argument('<user>')
    .action(async (user, options) => {
      const { role, status } = options
      await withMintmark(host, options, async ({ users }) => {
        printFields(host, options, await users.update(user, given({ role, status })))
      })
    })
  addExamples(change, 'mintmark members change ada --role member', 'mintmark members change ada --status suspended')
}

function addRemove(members: Command, host: Host): void {
  const remove = withConnection(
    members
      .command('remove')
      .description('Remove a member, and say what becomes of his keys')
      .option(
        '--keys <fate>',
        'revoke, organization (it owns them from then on), or the id of another member',
        'revoke',
      )
      .option('--yes', 'do not ask'),
  )
    .argument('<user>')
    .action(async (user, options) => {
      await withMintmark(host, options, async ({ users }) => {
        await requireConsent(host, options, async () => {
          const { role } = await users.get(user)
          return `Remove ${user}, who is ${role}? ${fateOf(options.keys)}`
        })
        await users.remove(user, { keys: options.keys })
        printDone(host, options, { id: user, removed: true }, `${user} is removed. ${fateOf(options.keys)}`)
      })
    })
  addExamples(remove, 'mintmark members remove ada', 'mintmark members remove ada --keys bob')
}

function fateOf(keys: string): string {
  if (keys === 'revoke') return 'His keys are revoked.'
  return keys === 'organization' ? 'His keys are the organization’s.' : `His keys are ${keys}’s.`
}
