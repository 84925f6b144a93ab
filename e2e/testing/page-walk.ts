import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { codeBlocks } from './code-blocks.ts'
import { parseWalk, type Step } from './walk.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = join(root, 'packages', 'cli', 'src', 'main.ts')
const separator = '--- end of step ---'
const walkedWithinMs = 150_000
/** For a test that walks a page, servers and all. */
export const walkTimeoutMs = 200_000
/** Compiled sources are kept between processes: it halves the time of a start. */
const inherited = {
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'mintmark-compile-cache'),
}

export type WalkOptions = {
  /** What the reader's shell has. */
  readonly env?: Readonly<Record<string, string>>
  /** What is this run's, by what the page says in its place: addresses and ports. */
  readonly words?: Readonly<Record<string, string>>
  /** Pages whose commands the reader has done before. */
  readonly before?: readonly string[]
  /** What else lies in the directory, by name. */
  readonly files?: Readonly<Record<string, string>>
}

/** What a step printed, errors among it. */
export type WalkedStep = Step & { readonly printed: string }

/**
 * Does what a page says, as its reader would: files that it shows lie in a directory of their own, which has the
 * repository's packages installed, and all commands run there in one shell. Throws where one of them fails.
 */
export async function walkPage(markdown: string, options: WalkOptions = {}): Promise<readonly WalkedStep[]> {
  const { env = {}, words = {}, before = [], files = {} } = options
  const adapt = (text: string): string =>
    Object.entries(words).reduce((rest, [word, own]) => rest.replaceAll(word, own), text)
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-page-'))
  try {
    const programs = installPrograms(directory)
    const shown = [...before, markdown].flatMap(codeBlocks).map(({ name, text }) => [name, adapt(text)] as const)
    for (const [name, text] of [...shown, ...Object.entries(files)]) {
      if (name !== '') writeFileSync(join(directory, name), text)
    }
    const steps = parseWalk(markdown)
    const done = before.flatMap(parseWalk).map(({ command }) => `{ ${command}\n} >done-before 2>&1`)
    const commands = steps.map(({ command }) => `${command}\necho\necho '${separator}'`)
    const script = [...done, 'exec 2>&1', ...commands].join('\n')
    const path = `${programs}:${process.env['PATH'] ?? ''}`
    const printed = await runShell(adapt(script), directory, { ...inherited, PATH: path, HOME: directory, ...env })
    const outputs = printed.split(separator)
    return steps.map((step, index) => ({ ...step, printed: outputs[index] ?? '' }))
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

/** `node` and `npx`, as far as pages use them: the sources stand in for the built packages. */
function installPrograms(directory: string): string {
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  const programs = join(directory, 'programs')
  mkdirSync(programs)
  const node = `exec '${process.execPath}' --conditions=mintmark-source`
  writeProgram(join(programs, 'node'), `${node} "$@"`)
  const others = `exec "${join(root, 'node_modules', '.bin')}/$program" "$@"`
  writeProgram(
    join(programs, 'npx'),
    `program=$1\nshift\n[ "$program" = mintmark ] || ${others}\n${node} '${cli}' "$@"`,
  )
  return programs
}

function writeProgram(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
}

async function runShell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  // A process group of its own, so that what it left in the background ends with it.
  const shell = spawn('bash', ['-eu', '-c', script], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const output of [shell.stdout, shell.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => (printed += text))
  }
  const late = setTimeout(() => killGroup(shell.pid), walkedWithinMs)
  const closed = once(shell, 'close')
  const [code] = await once(shell, 'exit')
  clearTimeout(late)
  killGroup(shell.pid)
  await closed
  if (code !== 0) throw new Error(`The page's commands ended with ${String(code)}:\n${printed}`)
  return printed
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended, and all that it started.
  }
}
