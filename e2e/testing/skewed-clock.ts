import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Loaded before a node's own code: all that the process sees of the machine's clock is off by so much. */
const source = `
const SystemDate = Date
const now = SystemDate.now
const skewMs = Number(process.env.SKEW_MS)
globalThis.Date = class Date extends SystemDate {
  constructor(...given) {
    if (given.length === 0) super(now() + skewMs)
    else super(...given)
  }
  static now() {
    return now() + skewMs
  }
}
`

/** The environment of a node whose machine's clock is wrong. */
export function skewedClock(skewMs: number): Readonly<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-clock-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'clock.mjs')
  writeFileSync(file, source)
  return { NODE_OPTIONS: `--import=${file}`, SKEW_MS: String(skewMs) }
}
