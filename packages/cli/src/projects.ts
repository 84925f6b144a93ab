import type { Command } from '@commander-js/extra-typings'
import type { Project } from '@mintmark/sdk'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { given, readCount } from './option-values.ts'
import { printDone, printFields, printList, type Column } from './print.ts'
import { requireConsent } from './prompt.ts'

const columns: readonly Column<Project>[] = [
  ['id', ({ id }) => id],
  ['created', ({ createdAt }) => createdAt],
  ['archived', ({ archivedAt }) => archivedAt],
  ['name', ({ name }) => name],
]

export function addProjectCommands(program: Command, host: Host): void {
  const projects = program.command('projects').description('Parts of an organization that keys can be bound to')
  const create = withConnection(
    projects
      .command('create')
      .description('Make a project')
      .requiredOption('--name <name>', 'what people call it')
      .option('--id <id>', 'as an operator: what your own system calls it. Default: one is made'),
  ).action(async (options) => {
    const { name, id } = options
    await withMintmark(host, options, async (mintmark) => {
      printFields(host, options, await mintmark.projects.create({ name, ...given({ id }) }))
    })
  })
  addExamples(create, 'mintmark projects create --name Website')
  const list = withConnection(
    projects
      .command('list')
      .description('List projects, newest first')
      .option('--limit <n>', 'no more than these', readCount),
  ).action(async (options) => {
    await withMintmark(host, options, async (mintmark) => {
      printList(host, options, await collect(mintmark.projects.list({ limit: 100 }), options.limit), columns)
    })
  })
  addExamples(list, 'mintmark projects list')
  const show = withConnection(projects.command('show').description('Show a project'))
    .argument('<id>')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        printFields(host, options, await mintmark.projects.get(id))
      })
    })
  addExamples(show, 'mintmark projects show web')
  const rename = withConnection(
    projects
      .command('rename')
      .description('Give a project another name')
      .requiredOption('--name <name>', 'the new one'),
  )
    .argument('<id>')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        printFields(host, options, await mintmark.projects.update(id, { name: options.name }))
      })
    })
  addExamples(rename, 'mintmark projects rename web --name Website')
  addDelete(projects, host)
  addExamples(projects, 'mintmark projects create --name Website', 'mintmark projects list')
}

function addDelete(projects: Command, host: Host): void {
  const remove = withConnection(
    projects.command('delete').description('Delete a project. Its keys are revoked').option('--yes', 'do not ask'),
  )
    .argument('<id>')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        await requireConsent(host, options, async () => {
          const { name } = await mintmark.projects.get(id)
          return `Delete ${name} (${id}), and revoke its keys?`
        })
        await mintmark.projects.delete(id)
        printDone(host, options, { id, deleted: true }, `${id} is deleted, and its keys are revoked`)
      })
    })
  addExamples(remove, 'mintmark projects delete web')
}
