import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { processTree } from '../packages/server/src/testing/process-tree.ts'
import type { Effort, Row } from './measures.ts'
import { summarize } from './statistics.ts'

const root = join(import.meta.dirname, '..')
const goalSeconds = 1
const goalMegabytes = 150
const startTimeoutMs = 300_000

/** From `npm start`, installed and built, to the line that says it listens; and what is resident then. */
export async function measureStart({ rounds }: Effort): Promise<readonly Row[]> {
  // Installs and builds what is missing.
  await startOnce()
  const starts: Start[] = []
  for (let round = 0; round < rounds; round++) starts.push(await startOnce())
  const seconds = summarize(starts.map((start) => start.seconds))
  const megabytes = summarize(starts.map((start) => start.residentBytes / 1e6))
  return [
    {
      what: 'npm start to listening',
      ours: `${seconds.median.toFixed(2)} s`,
      theirs: '-',
      ratio: seconds,
      goal: `about ${goalSeconds} s`,
      isReached: seconds.median <= goalSeconds * 1.25,
    },
    {
      what: 'resident then',
      ours: `${megabytes.median.toFixed(0)} MB`,
      theirs: '-',
      ratio: megabytes,
      goal: `< ${goalMegabytes} MB`,
      isReached: megabytes.median < goalMegabytes,
    },
  ]
}

type Start = { readonly seconds: number; readonly residentBytes: number }

async function startOnce(): Promise<Start> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-bench-start-'))
  const startedMs = performance.now()
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, MINTMARK_DATA_DIR: join(dataDir, 'data'), MINTMARK_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(npm, 'exit')
  try {
    const lines = createInterface({ input: npm.stdout })
    const signal = AbortSignal.timeout(startTimeoutMs)
    const tooEarly = ended.then(() => Promise.reject(new Error('npm start ended before it listened')))
    await Promise.race([untilListening(lines, signal), tooEarly])
    const seconds = (performance.now() - startedMs) / 1000
    // npm, the shell that it may have started, and last the server.
    const server = processTree(npm.pid ?? 0).at(-1) ?? 0
    const residentBytes = residentOf(server)
    process.kill(server, 'SIGTERM')
    await ended
    return { seconds, residentBytes }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function untilListening(lines: ReturnType<typeof createInterface>, signal: AbortSignal): Promise<void> {
  let line: unknown
  do [line] = await once(lines, 'line', { signal })
  while (!String(line).startsWith('Mintmark is listening on'))
}

/** Linux only, as the load is. */
function residentOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes ?? Number.NaN) * 1024
}
