import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { alive, killTree, pauseTree, resumeTree } from './process-tree.ts'
import { tellReaper } from './reaper.ts'

const READY_WITHIN_MS = 30_000
const ENDED_WITHIN_MS = 15_000
const POLL_MS = 20

export interface ServerCommand {
  program: string
  args: readonly string[]
  workingDirectory: string
  /** Both outputs are appended to it. */
  logFile: string
  /** Beside what this process has. */
  env?: Readonly<Record<string, string>>
  uid?: number
  gid?: number
  /** Whether the server answers: asked again and again until it does. A rejection means no. */
  isReady: () => Promise<boolean>
}

/** A server that runs beside the tests and can be stopped, killed, paused and started again. */
export interface ServerProcess {
  /** Of the main process; 0 while it is down. */
  readonly pid: number
  start: () => Promise<void>
  /** Asks with `signal`, waits for the end, and kills what has not ended within 15 s. */
  stop: (signal: NodeJS.Signals) => Promise<void>
  /** SIGKILL to all of its processes at once. Resolves when none is left. */
  kill: () => Promise<void>
  pause: () => void
  resume: () => void
}

export function serverProcess(server: ServerCommand): ServerProcess {
  let child: ChildProcess | undefined
  const pidOf = () => (child?.exitCode === null && child.signalCode === null ? (child.pid ?? 0) : 0)

  return {
    get pid() {
      return pidOf()
    },
    async start() {
      if (pidOf() !== 0) return
      child = launch(server)
      await untilReady(server, child)
    },
    async stop(signal) {
      const pid = pidOf()
      if (!child || pid === 0) return
      const ended = once(child, 'exit')
      resumeTree(pid)
      child.kill(signal)
      const late = await Promise.race([ended.then(() => false), delay(ENDED_WITHIN_MS, true, { ref: false })])
      if (late) killTree(pid)
      await ended
    },
    async kill() {
      const pid = pidOf()
      if (!child || pid === 0) return
      const ended = once(child, 'exit')
      const struck = killTree(pid)
      await ended
      while (alive(struck).length > 0) await delay(POLL_MS)
    },
    pause() {
      if (pidOf() !== 0) pauseTree(pidOf())
    },
    resume() {
      if (pidOf() !== 0) resumeTree(pidOf())
    },
  }
}

function launch(server: ServerCommand): ChildProcess {
  const log = openSync(server.logFile, 'a')
  try {
    const child = spawn(server.program, server.args, {
      cwd: server.workingDirectory,
      stdio: ['ignore', log, log],
      // A session of its own: Ctrl-C at the terminal must not stop it before the tests have ended.
      detached: true,
      env: { ...process.env, ...server.env },
      ...(server.uid !== undefined && { uid: server.uid }),
      ...(server.gid !== undefined && { gid: server.gid }),
    })
    const { pid } = child
    if (pid !== undefined) {
      tellReaper({ watch: true, pid })
      child.once('exit', () => tellReaper({ watch: false, pid }))
    }
    return child
  } finally {
    closeSync(log)
  }
}

async function untilReady(server: ServerCommand, child: ChildProcess): Promise<void> {
  let failure = ''
  child.once('error', (error) => {
    failure = error.message
  })
  for (const deadlineMs = Date.now() + READY_WITHIN_MS; Date.now() < deadlineMs; await delay(POLL_MS)) {
    if (failure !== '' || child.exitCode !== null || child.signalCode !== null) break
    if (await server.isReady().catch(() => false)) return
  }
  if (child.pid !== undefined && child.exitCode === null) killTree(child.pid)
  const log = readFileSync(server.logFile, 'utf8').split('\n').slice(-15).join('\n')
  throw new Error(`${server.program} did not come up: ${failure}\n${log}`)
}
