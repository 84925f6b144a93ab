import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

const shownWithinMs = 20_000
const pollMs = 30

export function findTmux(): string | undefined {
  return spawnSync('tmux', ['-V']).status === 0 ? 'tmux' : undefined
}

function isOn(screen: string, text: string | RegExp): boolean {
  return typeof text === 'string' ? screen.includes(text) : text.test(screen)
}

/** `mintmark`, in front of a person: a terminal that shows what it prints, and into which keys are typed. */
export class Terminal {
  readonly #socket = `mintmark-${randomUUID()}`

  /** @param env all that the shell has beside `PATH` */
  constructor(env: Readonly<Record<string, string>>, directory: string) {
    const own = Object.entries({ PATH: process.env['PATH'] ?? '', ...env, TERM: 'xterm-256color', PS1: 'ready> ' })
    const shell = [
      'env',
      '-i',
      ...own.map(([name, value]) => `${name}=${value}`),
      'bash',
      '--norc',
      '--noprofile',
      '-i',
    ]
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '110', '-y', '50', '-c', directory, ...shell)
    this.type(`mintmark() { '${process.execPath}' --conditions=mintmark-source '${main}' "$@"; echo "ended $?"; }`)
    this.press('Enter')
    this.type('clear')
    this.press('Enter')
  }

  /** As it is: no key has a meaning of its own. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', '--', text)
  }

  /** `Enter`, `Escape`, `Up`, `Down`, `C-c`, `y`. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  /** A command line. */
  run(line: string): void {
    this.type(line)
    this.press('Enter')
  }

  /** What is on the screen now. */
  screen(): string {
    return this.#tmux('capture-pane', '-p')
  }

  /** Waits until it does. */
  async shows(text: string | RegExp): Promise<void> {
    const deadline = performance.now() + shownWithinMs
    while (!isOn(this.screen(), text)) {
      if (performance.now() > deadline) throw new Error(`The terminal does not show ${text}:\n${this.screen()}`)
      await sleep(pollMs)
    }
  }

  close(): void {
    this.#tmux('kill-server')
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
}
