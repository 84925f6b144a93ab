import type { Command } from '@commander-js/extra-typings'
import { addExamples } from './examples.ts'
import { Failed, type Host } from './host.ts'
import { toJson } from './print.ts'
import { withServer } from './with-server.ts'

type Pepper = Readonly<Record<string, unknown>>

const counted = ['secrets', 'sessions', 'invitations', 'webhooks'] as const

/** The host's commands on what credentials are digested with. */
export function addPepperCommands(program: Command, host: Host): void {
  const pepper = program.command('pepper').description('What keys are digested with, kept apart from the database')
  const create = pepper
    .command('create')
    .argument('<file>', 'a new file')
    .description('Make a pepper of 32 random bytes, for a change of pepper')
    .addHelpText(
      'after',
      '\nThen start with the new file in MINTMARK_PEPPER_FILE and the old one in MINTMARK_PREVIOUS_PEPPER_FILE; of\n' +
        'several nodes see SECURITY.md.',
    )
    .action(async (file) => {
      await withServer(async ({ createPepperFile }) => {
        if (!createPepperFile(file)) throw new Failed('There is such a file already, and nothing is written over.')
      })
      host.stderr.write(`${file} is made. Keep a copy, apart from the database and its backups.\n`)
    })
  addExamples(create, 'mintmark pepper create /etc/mintmark/pepper-2')
  const status = pepper
    .command('status')
    .description('Count what works only with each pepper: what is left to re-key during a change')
    .option('--json', 'print one JSON document')
    .action(async (options) => {
      const peppers = await readStatus(host)
      if (options.json === true) host.stdout.write(toJson({ peppers }))
      else for (const one of peppers) host.stdout.write(`${lineOf(one)}\n`)
      for (const one of peppers) host.stderr.write(adviceOn(one))
    })
  addExamples(status, 'mintmark pepper status')
  addExamples(pepper, 'mintmark pepper create /etc/mintmark/pepper-2', 'mintmark pepper status')
}

async function readStatus(host: Host): Promise<readonly Pepper[]> {
  const { ok, body } = await withServer(({ readConfig, runHostCommand }) =>
    runHostCommand(readConfig(host.env), 'pepper status', null),
  )
  const fields: Pepper = typeof body === 'object' && body !== null ? { ...body } : {}
  const { message, peppers } = fields
  if (!ok) throw new Failed(typeof message === 'string' ? message : 'Refused.')
  return Array.isArray(peppers) ? peppers.map((one: object) => ({ ...one })) : []
}

function lineOf(pepper: Pepper): string {
  const counts = counted.map((what) => `${what} ${String(pepper[what])}`)
  return [pepper['version'], pepper['role'], ...counts].map(String).join('  ')
}

function adviceOn(pepper: Pepper): string {
  const left = counted.some((what) => Number(pepper[what]) > 0)
  if (pepper['role'] === 'previous') {
    return left
      ? 'What is left under the previous pepper is re-keyed as it is used: keep MINTMARK_PREVIOUS_PEPPER_FILE.\n'
      : 'Nothing is left under the previous pepper: a day after the change MINTMARK_PREVIOUS_PEPPER_FILE may go.\n'
  }
  return pepper['role'] === 'unknown' && left
    ? `What is under ${String(pepper['version'])} is refused: name that pepper in MINTMARK_PREVIOUS_PEPPER_FILE.\n`
    : ''
}
