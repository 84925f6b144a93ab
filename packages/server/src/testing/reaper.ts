import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** Begin or cease to watch a server's main process, or its directory. */
export type ReaperMessage = { watch: boolean; pid: number } | { watch: boolean; directory: string }

let reaper: Writable | undefined

/** Tells the reaper what to kill or erase should this process end without doing it. */
export function tellReaper(message: ReaperMessage): void {
  reaper ??= startReaper()
  reaper.write(`${JSON.stringify(message)}\n`)
}

function startReaper(): Writable {
  const script = fileURLToPath(new URL('reaper-process.ts', import.meta.url))
  // Detached: a Ctrl-C at the terminal strikes the whole foreground group, and the reaper must survive it.
  const child = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} })
  child.unref()
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return child.stdin
}
