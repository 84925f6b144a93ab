import { Readable } from 'node:stream'
import { runCli } from '../cli.ts'

/**
 * What differs from run to run, by the name that stands for it. In a command the name is what was printed last, in the
 * first place where it was.
 */
const variables: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['<key>', /\b(?:mmo|mk_live|mk_test)_[0-9A-Za-z]{38}\b/g],
  ['<secret>', /\bwhsec_[0-9A-Za-z+/=]+/g],
  ['<token>', /\b(?:mms|mmi)_[0-9A-Za-z]{38}\b/g],
  ['<id>', /\bkey_[0-9A-Za-z_-]{22}\b/g],
  ['<secret-id>', /\bsec_[0-9A-Za-z_-]{22}\b/g],
  ['<project>', /\bprj_[0-9A-Za-z_-]{22}\b/g],
  ['<webhook>', /\bwhk_[0-9A-Za-z_-]{22}\b/g],
  ['<delivery>', /\bdlv_[0-9A-Za-z_-]{22}\b/g],
  ['<invitation>', /\binv_[0-9A-Za-z_-]{22}\b/g],
  ['<event>', /\bevt_[0-9A-Za-z_-]{22}\b/g],
  ['<request>', /\breq_[0-9a-z]+/g],
  ['<digest>', /\b[0-9a-f]{64}\b/g],
  ['<pepper>', /\b[0-9a-f]{16}\b/g],
  ['<shown>', /\b(?:mmo|mk_live|mk_test)_[0-9A-Za-z]{8}\b/g],
  ['<server>', /\bhttp:\/\/127\.0\.0\.1:\d+/g],
  ['<time>', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\b/g],
]

/**
 * Runs every command line of a transcript (those that begin with `$ `) and answers the transcript as it came out now:
 * what it must be equal to. Lines of standard error begin with `! `, an exit code other than 0 with `? `.
 * Beside `mintmark …`, whose standard input may follow after ` <<< `, there is `export NAME=value`.
 */
export async function runTranscript(text: string, env: Readonly<Record<string, string>>): Promise<string> {
  const steps: string[] = []
  const known = new Map<string, string>()
  const environment = new Map(Object.entries(env))
  for (const command of commandsOf(text)) {
    const filled = [...known].reduce((rest, [name, value]) => rest.replaceAll(name, value), command)
    const [, name, value = ''] = /^export ([A-Z_]+)=(.*)$/.exec(filled) ?? []
    const printed = name === undefined ? await runCommand(filled, Object.fromEntries(environment)) : ''
    if (name !== undefined) environment.set(name, value)
    for (const [variable, pattern] of variables)
      known.set(variable, printed.match(pattern)?.[0] ?? known.get(variable) ?? variable)
    steps.push(`$ ${command}\n${withoutVariables(printed)}`)
  }
  return steps.join('\n')
}

function commandsOf(text: string): readonly string[] {
  return [...text.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command)
}

async function runCommand(line: string, env: Readonly<Record<string, string>>): Promise<string> {
  let [stdout, stderr] = ['', '']
  const [command = '', input = ''] = line.split(' <<< ')
  const [program, ...args] = wordsOf(command)
  if (program !== 'mintmark') throw new Error(`A transcript runs mintmark alone, not ${program}`)
  const exitCode = await runCli(args, {
    env,
    stdin: Readable.from([input]),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  })
  const lines = [...linesOf(stdout), ...linesOf(stderr).map((each) => `! ${each}`)]
  if (exitCode !== 0) lines.push(`? ${exitCode}`)
  return lines.map((each) => `${each}\n`).join('')
}

/** Words between spaces; quotes keep spaces together. */
function wordsOf(command: string): readonly string[] {
  return command.split(' ').length === 1 || !command.includes("'")
    ? command.split(' ')
    : [...command.matchAll(/'([^']*)'|([^ ]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function withoutVariables(text: string): string {
  return variables.reduce((rest, [name, pattern]) => rest.replace(pattern, name), text)
}
