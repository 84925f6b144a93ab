import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** What a figure was measured on, in one line each. */
export function describeMachine(): string[] {
  const [cpu] = cpus()
  return [
    `CPU      ${cpu?.model ?? 'unknown'}, ${cpus().length} cores`,
    `memory   ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `system   ${process.platform} ${process.arch}, Node ${process.version}, SQLite ${process.versions['sqlite'] ?? '?'}`,
    `commit   ${commit()}`,
  ]
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
