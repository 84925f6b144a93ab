import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { openSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { tellReaper } from '../../packages/server/src/testing/reaper.ts'

const cli = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
const listening = /^Mintmark is listening on (http:\S+)$/m
const startWithinMs = 20_000
/** What every process starts with. Compiled sources are kept between processes: it halves the time of a start. */
const inherited = {
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'mintmark-compile-cache'),
}

export type NodeOptions = {
  /** Kept after `stop`; removed by `remove`. Default: a new one. */
  readonly dataDir?: string
  /** MINTMARK_* and others. The port is any free one, unless named here. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: beside the data dir. */
  readonly logFile?: string
  /** A program and its arguments that start the process given to them as further arguments, somewhere else. */
  readonly launcher?: readonly string[]
}

/** One `mintmark serve` as its own process, from the sources. */
export class ServedNode {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  readonly launcher: readonly string[]
  readonly #stdoutFile: string
  #child: ChildProcess | null = null
  #url = ''

  private constructor(options: NodeOptions) {
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'mintmark-'))
    this.env = { MINTMARK_PORT: '0', MINTMARK_DATA_DIR: this.dataDir, ...options.env }
    const beside = join(tmpdir(), `${this.dataDir.split('/').at(-1)}.log`)
    this.logFile = options.logFile ?? beside
    this.launcher = options.launcher ?? []
    this.#stdoutFile = `${beside}.out`
  }

  /** Not started yet. */
  static of(options: NodeOptions): ServedNode {
    return new ServedNode(options)
  }

  static async start(options: NodeOptions = {}): Promise<ServedNode> {
    const node = ServedNode.of(options)
    await node.start()
    return node
  }

  get url(): string {
    return this.#url
  }

  /** False once it has ended, however. */
  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** What it has written to standard error: its log. */
  log(): string {
    return readFileSync(this.logFile, 'utf8')
  }

  async start(): Promise<void> {
    const err = openSync(this.logFile, 'a')
    const out = openSync(this.#stdoutFile, 'w')
    const env = { ...inherited, ...this.env }
    const [program, ...args] = commandLine(['serve'], this.launcher)
    const child = spawn(program, args, { env, stdio: ['ignore', out, err] })
    closeSync(err)
    closeSync(out)
    this.#child = child
    outliveNobody(child)
    const deadline = Date.now() + startWithinMs
    for (;;) {
      const found = listening.exec(readFileSync(this.#stdoutFile, 'utf8'))
      if (found?.[1] !== undefined) {
        this.#url = found[1]
        return
      }
      if (!this.isRunning || Date.now() > deadline) {
        throw new Error(`mintmark serve did not listen (exit ${child.exitCode}):\n${this.log()}`)
      }
      await sleep(10)
    }
  }

  /** Drains. Answers the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.dataDir, { recursive: true, force: true })
    rmSync(this.logFile, { force: true })
    rmSync(this.#stdoutFile, { force: true })
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    child.kill(signal)
    await once(child, 'exit')
    return child.exitCode
  }
}

/** Runs one `mintmark` command line to its end. A server that comes up is stopped at once: exit 0. */
export async function runMintmark(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  launcher: readonly string[] = [],
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  const [program, ...rest] = commandLine(args, launcher)
  const child = spawn(program, rest, {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = ['', '']
  const collected = { stdout, stderr }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    collected.stdout += text
    if (listening.test(collected.stdout)) child.kill('SIGTERM')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (collected.stderr += text))
  await once(child, 'close')
  return { exitCode: child.exitCode, ...collected }
}

/** A test that fails, or is interrupted, leaves no node behind. */
export function outliveNobody(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  tellReaper({ watch: true, pid })
  child.once('exit', () => tellReaper({ watch: false, pid }))
}

function commandLine(args: readonly string[], launcher: readonly string[]): [program: string, ...args: string[]] {
  const own = ['--conditions=mintmark-source', cli, ...args]
  const [program, ...rest] = launcher
  return program === undefined ? [process.execPath, ...own] : [program, ...rest, process.execPath, ...own]
}
