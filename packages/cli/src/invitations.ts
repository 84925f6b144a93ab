import type { Command } from '@commander-js/extra-typings'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { printDone, printFields, printList } from './print.ts'

/** Of `mintmark members`. */
export function addInvitationCommands(members: Command, host: Host): void {
  const invite = withConnection(
    members
      .command('invite')
      .description('Invite somebody')
      .requiredOption('--email <address>')
      .requiredOption('--role <name>', "one of the contract's"),
  ).action(async (options) => {
    const { email, role } = options
    await withMintmark(host, options, async ({ users }) => {
      printFields(host, options, await users.invite({ email, role }))
    })
  })
  addExamples(invite, 'mintmark members invite --email ada@acme.example --role engineer')
  const list = withConnection(members.command('invitations').description('List who is invited')).action(
    async (options) => {
      await withMintmark(host, options, async ({ users }) => {
        printList(host, options, await collect(users.invitations({ limit: 100 })), [
          ['id', ({ id }) => id],
          ['role', ({ role }) => role],
          ['expires', ({ expiresAt }) => expiresAt],
          ['email', ({ email }) => email],
        ])
      })
    },
  )
  addExamples(list, 'mintmark members invitations')
  const withdraw = withConnection(members.command('uninvite').description('Withdraw an invitation'))
    .argument('<id>', 'inv_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async ({ users }) => {
        await users.withdrawInvitation(id)
        printDone(host, options, { id, withdrawn: true }, `${id} is withdrawn`)
      })
    })
  addExamples(withdraw, 'mintmark members uninvite inv_…')
}
