// Runs beside a test process, outside of its session, and outlives it: whatever ends that process (Ctrl-C, a crash,
// SIGKILL), the pipe on standard input ends too, and then every server that it had started is killed and its files go.
// One line is one JSON message.
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { killTree } from './process-tree.ts'
import type { ReaperMessage } from './reaper.ts'

const pids = new Set<number>()
const directories = new Set<string>()

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const message: ReaperMessage = JSON.parse(line)
  if ('pid' in message) mark(pids, message.pid, message.watch)
  else mark(directories, message.directory, message.watch)
})
lines.on('close', () => {
  for (const pid of pids) killTree(pid)
  for (const directory of directories) {
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
})

function mark<T>(set: Set<T>, value: T, watch: boolean): void {
  if (watch) set.add(value)
  else set.delete(value)
}
