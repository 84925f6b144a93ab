import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promises, type ExampleName } from './promises.ts'
import { isKept, tally, writeTable, type TestResult } from './report.ts'

/** Runs the suites of the examples that are named, or of all, and tells of each promise what became of it. */
async function main(args: readonly string[]): Promise<number> {
  const known = Object.keys(promises) as ExampleName[]
  const unknown = args.filter((name) => !known.some((one) => one === name))
  if (unknown.length > 0) {
    process.stderr.write(`There is no example ${unknown.join(', ')}: ${known.join(', ')}\n`)
    return 2
  }
  const names = args.length === 0 ? known : known.filter((name) => args.includes(name))
  const { results, code } = await runSuites(names)
  const verdicts = tally(
    names.flatMap((name) => promises[name]),
    results,
  )
  process.stdout.write(writeTable(verdicts))
  const areKept = verdicts.every(isKept)
  // Of an example that did not start, vitest says that its tests were skipped.
  if (areKept && code !== 0) process.stderr.write('Something failed outside of what is counted here: see above.\n')
  return areKept && code === 0 ? 0 : 1
}

type SuitesRun = {
  readonly results: readonly TestResult[]
  /** vitest's own; null: it was killed. */
  readonly code: number | null
}

/** What vitest says goes to standard error: the table is alone on standard output. */
async function runSuites(names: readonly ExampleName[]): Promise<SuitesRun> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-conformance-'))
  const report = join(directory, 'report.json')
  try {
    const vitest = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs')
    const suites = names.map((name) => `examples/${name}/`)
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const run = spawn(process.execPath, [vitest, 'run', ...reporters, ...suites], { stdio: ['ignore', 2, 2] })
    process.once('SIGTERM', () => run.kill('SIGTERM'))
    const [code] = (await once(run, 'exit')) as [number | null]
    return { results: existsSync(report) ? resultsOf(JSON.parse(readFileSync(report, 'utf8'))) : [], code }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

type Report = {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[]
}

function resultsOf({ testResults }: Report): readonly TestResult[] {
  return testResults.flatMap(({ assertionResults }) => assertionResults)
}

process.exitCode = await main(process.argv.slice(2))
