// npm test: from a fresh clone to every test, on Node 24. `--release` runs the long counts; the rest goes to vitest.
// Its last line is "N passed, N failed", and ", N skipped" where some were.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closingLine, countTests } from './test-counts.js'
import { ensureInstalled, environment, nodePath, root, say } from './workspace.js'

ensureInstalled()

const args = process.argv.slice(2).filter((argument) => argument !== '--release')
const isRelease = args.length < process.argv.length - 2
const reportDirectory = mkdtempSync(join(tmpdir(), 'mintmark-report-'))
const report = join(reportDirectory, 'report.json')

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const child = spawn(nodePath(), [vitest, 'run', ...reporters, ...args], {
  cwd: root,
  stdio: 'inherit',
  // Each file runs in a process of its own, and most of them load the same modules.
  env: environment({
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'mintmark-compile'),
    ...(isRelease && { MINTMARK_RELEASE: '1' }),
  }),
})
process.on('SIGTERM', () => child.kill('SIGTERM'))
// At a terminal Ctrl-C reaches vitest by itself; this process stays to tell what had run.
process.on('SIGINT', () => {})

child.on('exit', (code) => {
  const counts = countTests(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, code)
  rmSync(reportDirectory, { recursive: true, force: true })
  if (counts.outsideTests > 0) say('Something failed outside of any test; it is counted as one failure.')
  process.stdout.write(`${closingLine(counts)}\n`)
  process.exitCode = code ?? 1
})
