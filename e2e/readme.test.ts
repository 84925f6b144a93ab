import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { parseWalk, type Step } from './testing/walk.ts'
import { startCluster, startEmbedded, type Installation } from './testing/installation.ts'

const run = promisify(execFile)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const steps = parseWalk(readme)

/** Runs the walk in one shell, as a reader would, and answers what each step printed. */
async function walk(installation: Installation): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-walk-'))
  const separator = '--- end of step ---'
  // The sources stand in for the built package, which a fresh clone has and a test run need not.
  const npx = `npx() { shift; "${process.execPath}" --conditions=mintmark-source "${root}/packages/cli/src/main.ts" "$@"; }`
  const script = [npx, ...steps.map((step) => `${step.command}\necho\necho "${separator}"`)]
    .join('\n')
    .replaceAll('http://127.0.0.1:6468', installation.url)
  const { PATH = '' } = process.env
  const env = { PATH, ...installation.nodes[0]?.env }
  try {
    const { stdout } = await run('bash', ['-eu', '-c', script], { env, cwd: directory })
    return stdout.split(separator)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function expectWalk(installation: Installation): Promise<void> {
  const outputs = await walk(installation)
  steps.forEach((step: Step, index) => {
    if (step.expected !== null) expect(outputs[index], step.command).toContain(step.expected)
  })
}

describe('the README', () => {
  test('has a walk whose steps say what to expect', () => {
    expect(steps.length).toBeGreaterThan(10)
    expect(steps.filter((step) => step.expected !== null).length).toBeGreaterThan(8)
  })

  test('links to documents that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path ?? '')
    expect(links.length).toBeGreaterThan(0)
    for (const path of links) expect(existsSync(join(root, path)), path).toBe(true)
  })

  test('can be walked on SQLite', async () => {
    const installation = await startEmbedded()
    try {
      await expectWalk(installation)
    } finally {
      await installation.remove()
    }
  })
})

test('the README’s lines of TypeScript work', async () => {
  const [block = ''] = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? '')
  expect(block).toContain('createMintmark')
  const directory = mkdtempSync(join(root, 'e2e', 'readme-'))
  try {
    const file = join(directory, 'example.ts')
    const prelude = "const key = 'mk_live_00000000000000000000000000000000000000'\n"
    const coda = '\nconsole.log(verdict.reason)\nawait mintmark.close()\n'
    writeFileSync(file, prelude + block.replace('./mintmark-data', join(directory, 'data')) + coda)
    const { stdout } = await run(process.execPath, ['--conditions=mintmark-source', file])
    expect(stdout).toBe('invalid_key\n')
  } finally {
    rmSync(directory, { recursive: true })
  }
})

describeWithPostgresAndRedis('the README on PostgreSQL and Redis', () => {
  test('can be walked on two nodes', async () => {
    const [databaseUrl, redisUrl] = [await testDatabaseUrl(), await testRedisUrl()]
    const installation = await startCluster({ nodeCount: 2, databaseUrl, redisUrl })
    try {
      await expectWalk(installation)
    } finally {
      await installation.remove()
    }
  })
})
