import type { Command } from '@commander-js/extra-typings'
import type { AskHost } from '@mintmark/server'
import { addAuditListCommand } from './audit-list.ts'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { parseJson, readText } from './read-text.ts'
import { withServer } from './with-server.ts'

/** Heads that are compared by one question. */
const headsAtOnce = 200

/**
 * Audit trails: what a credential may see of its organization's, and the host's commands, on that of the installation
 * and of every organization, or of one.
 */
export function addAuditCommands(program: Command, host: Host): void {
  const audit = program.command('audit').description('See who did what, and prove that no event was altered or dropped')
  addAuditListCommand(audit, host)
  const checking = audit
    .command('check')
    .description('Walk every chain of events, and name the first bad one of each')
    .option('--chain <name>', 'only this one: an organization’s id, or installation')
    .option('--from <sequence>', 'with --chain: only this event and those after it', toSequence)
    .option('--heads <file>', 'what audit head has printed before: every chain must still pass through it')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nWhoever can write the database can make a whole chain anew: keep heads where he cannot write.',
    )
    .action(async (options) => {
      if (options.from !== undefined && options.chain === undefined) {
        throw new Failed('Say which --chain to check from there.', exitUsage)
      }
      const kept = options.heads === undefined ? [] : readHeads(options.heads)
      await withServer(({ readConfig, withHost }) =>
        withHost(readConfig(host.env), (ask) => check(host, ask, options, kept)),
      )
    })
  addExamples(
    checking,
    'mintmark audit check',
    'mintmark audit head > /mnt/elsewhere/heads && mintmark audit check --heads /mnt/elsewhere/heads',
  )
  const head = audit
    .command('head')
    .description('Print where each chain ends: keep it elsewhere, and compare later')
    .option('--chain <name>', 'only this one')
    .option('--json', 'print one JSON document')
    .action(async (options) => {
      const heads = await withServer(({ readConfig, withHost }) =>
        withHost(readConfig(host.env), (ask) => all(ask, 'audit head', options)),
      )
      if (options.json === true) host.stdout.write(print(heads))
      else for (const head of heads) host.stdout.write(`${lineOf(head, ['chain', 'sequence', 'digest'])}\n`)
    })
  addExamples(head, 'mintmark audit head > /mnt/elsewhere/heads')
  addExamples(audit, 'mintmark audit list --from 24h', 'mintmark audit check')
}

type CheckOptions = {
  readonly chain?: string | undefined
  readonly from?: number | undefined
  readonly heads?: string | undefined
  readonly json?: boolean | undefined
}

type Fields = Readonly<Record<string, unknown>>

async function check(host: Host, ask: AskHost, options: CheckOptions, kept: readonly Fields[]): Promise<void> {
  const chains = await all(ask, 'audit check', options)
  const wanted = kept.filter(({ chain }) => options.chain === undefined || chain === options.chain)
  const heads = await compare(ask, wanted)
  if (options.json === true) host.stdout.write(print(options.heads === undefined ? { chains } : { chains, heads }))
  else for (const line of [...chains.map(chainLine), ...heads.flatMap(headLine)]) host.stdout.write(`${line}\n`)
  const bad = chains.filter(({ whole }) => whole !== true).length
  const astray = heads.filter(({ outcome }) => outcome !== 'passes' && outcome !== 'deleted').length
  const faults = [
    bad > 0 ? `${bad} of ${chains.length} chains are not whole.` : '',
    astray > 0 ? `${astray} of ${heads.length} kept heads are not met.` : '',
  ].filter((fault) => fault !== '')
  if (faults.length > 0) throw new Failed(faults.join(' '))
}

function chainLine(chain: Fields): string {
  return lineOf(chain, chain['whole'] === true ? ['chain', 'checked'] : ['chain', 'sequence', 'fault', 'message'])
}

/** Of heads that are met there is nothing to say. */
function headLine(head: Fields): readonly string[] {
  const { outcome } = head
  if (outcome === 'passes') return []
  return [lineOf(head, outcome === 'deleted' ? ['chain', 'outcome'] : ['chain', 'sequence', 'outcome'])]
}

/** What a command tells of every chain, however many answers it takes. */
async function all(
  ask: AskHost,
  command: string,
  options: { readonly chain?: string | undefined; readonly from?: number | undefined },
): Promise<readonly Fields[]> {
  const { chain, from } = options
  const data: Fields[] = []
  let after: unknown = null
  do {
    const told = fieldsOf(await answerOf(ask, command, { chain, from, after }))
    data.push(...listOf(told['data']))
    after = told['next']
  } while (typeof after === 'string')
  return data
}

async function compare(ask: AskHost, heads: readonly Fields[]): Promise<readonly Fields[]> {
  const data: Fields[] = []
  for (let start = 0; start < heads.length; start += headsAtOnce) {
    const told = fieldsOf(await answerOf(ask, 'audit compare', { heads: heads.slice(start, start + headsAtOnce) }))
    data.push(...listOf(told['data']))
  }
  return data
}

async function answerOf(ask: AskHost, command: string, input: unknown): Promise<unknown> {
  const { ok, body } = await ask(command, input)
  if (ok) return body
  const { message } = fieldsOf(body)
  throw new Failed(typeof message === 'string' ? message : 'Refused.')
}

/** As `audit head` prints them, in lines or as JSON. */
function readHeads(file: string): readonly Fields[] {
  const text = readText(file, exitUsage)
  const heads = text.trimStart().startsWith('[') ? listOf(parseJson(text)) : text.split('\n').flatMap(readLine)
  const isRight = heads.every(
    ({ chain, sequence, digest }) =>
      typeof chain === 'string' && Number.isSafeInteger(sequence) && /^[0-9a-f]{64}$/.test(String(digest)),
  )
  if (!isRight || heads.length === 0) throw new Failed(`${file} holds no heads as audit head prints them.`, exitUsage)
  return heads
}

function readLine(line: string): readonly Fields[] {
  if (line.trim() === '') return []
  const [chain, sequence, digest] = line.trim().split(/\s+/)
  return [{ chain, sequence: Number(sequence), digest }]
}

function toSequence(text: string): number {
  const sequence = Number(text)
  if (!Number.isSafeInteger(sequence) || sequence < 1)
    throw new Failed('--from is a whole number, 1 or more.', exitUsage)
  return sequence
}

function lineOf(fields: Fields, names: readonly string[]): string {
  return names.map((name) => String(fields[name])).join('  ')
}

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
