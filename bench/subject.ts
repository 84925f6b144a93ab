import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Something that is measured, in a process of its own, so that its CPU time is nobody else's. */
export type Subject = {
  readonly pid: number
  /** What it says of itself when it is ready, such as the port it listens on. */
  readonly ready: Readonly<Record<string, unknown>>
  ask(message: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

const readyTimeoutMs = 600_000

/** Starts `bench/<file>` with the settings as its one argument, in JSON. */
export async function startSubject(file: string, settings: Readonly<Record<string, unknown>>): Promise<Subject> {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(settings)], {
    execArgv: [...process.execArgv, '--expose-gc', ...profiling(file)],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ready = await nextMessage(child, readyTimeoutMs)
  return {
    pid: child.pid ?? 0,
    ready,
    async ask(message) {
      child.send(message)
      return (await nextMessage(child, readyTimeoutMs)) as Record<string, number>
    },
    async stop() {
      if (child.exitCode !== null) return
      child.send({ stop: true })
      await once(child, 'exit')
    },
  }
}

/** `MINTMARK_BENCH_PROFILE=<file of a subject>` writes a CPU profile of it into the working directory. */
function profiling(file: string): string[] {
  return process.env['MINTMARK_BENCH_PROFILE'] === file ? ['--cpu-prof', `--cpu-prof-name=${file}.cpuprofile`] : []
}

async function nextMessage(child: ChildProcess, timeoutMs: number): Promise<Record<string, unknown>> {
  child.setMaxListeners(0)
  const stopped = once(child, 'exit').then(([code]) => {
    throw new Error(`A subject ended with ${String(code)}`)
  })
  stopped.catch(() => undefined)
  const [message] = await Promise.race([once(child, 'message', { signal: AbortSignal.timeout(timeoutMs) }), stopped])
  return message as Record<string, unknown>
}
