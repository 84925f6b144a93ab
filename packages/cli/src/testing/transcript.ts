import { runCli } from '../cli.ts'

/** One command line with all that it prints. Lines of standard error begin with `! `, an exit code other than 0 with `? `. */
type Step = { readonly command: string; readonly output: string }

/** What differs from run to run, by the name that stands for it. */
const variable: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['<key>', /\bmmo_[0-9A-Za-z]{38}\b/g],
  ['<id>', /\bkey_[0-9A-Za-z_-]{22}\b/g],
  ['<shown>', /\bmmo_[0-9A-Za-z]{8}\b/g],
  ['<time>', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\b/g],
]

/**
 * Runs every command line of a transcript (those that begin with `$ mintmark`) and answers the transcript as it came
 * out now: what it must be equal to. `<id>` in a command is the last id that was printed.
 */
export async function runTranscript(text: string, env: Readonly<Record<string, string>>): Promise<string> {
  const steps: string[] = []
  let lastId = ''
  for (const { command } of parseTranscript(text)) {
    const { output, raw } = await runStep(command.replaceAll('<id>', lastId), env)
    lastId = raw.match(/\bkey_[0-9A-Za-z_-]{22}\b/)?.[0] ?? lastId
    steps.push(`$ ${command}\n${output}`)
  }
  return steps.join('\n')
}

function parseTranscript(text: string): Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((block) => {
      const [command = '', ...lines] = block.split('\n')
      return { command, output: lines.join('\n') }
    })
}

async function runStep(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly output: string; readonly raw: string }> {
  let [stdout, stderr] = ['', '']
  const [program, ...args] = command.split(' ')
  if (program !== 'mintmark') throw new Error(`A transcript runs mintmark alone, not ${program}`)
  const exitCode = await runCli(args, {
    env,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  })
  const lines = [...linesOf(stdout), ...linesOf(stderr).map((line) => `! ${line}`)]
  if (exitCode !== 0) lines.push(`? ${exitCode}`)
  return { output: withoutVariables(lines.map((line) => `${line}\n`).join('')), raw: stdout }
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function withoutVariables(text: string): string {
  return variable.reduce((rest, [name, pattern]) => rest.replace(pattern, name), text)
}
