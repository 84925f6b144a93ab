import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { walkPage, walkTimeoutMs } from './testing/page-walk.ts'
import { parseWalk } from './testing/walk.ts'
import { startCluster, startEmbedded, type Installation } from './testing/installation.ts'

const run = promisify(execFile)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const steps = parseWalk(readme)

async function expectWalk({ url, nodes }: Installation): Promise<void> {
  const walked = await walkPage(readme, { words: { 'http://127.0.0.1:6468': url }, env: { ...nodes[0]?.env } })
  for (const { command, expected, printed } of walked) {
    if (expected !== null) expect(printed, command).toContain(expected)
  }
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

  test(
    'can be walked on SQLite',
    async () => {
      const installation = await startEmbedded()
      try {
        await expectWalk(installation)
      } finally {
        await installation.remove()
      }
    },
    walkTimeoutMs,
  )
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
  test(
    'can be walked on two nodes',
    async () => {
      const [databaseUrl, redisUrl] = [await testDatabaseUrl(), await testRedisUrl()]
      const installation = await startCluster({ nodeCount: 2, databaseUrl, redisUrl })
      try {
        await expectWalk(installation)
      } finally {
        await installation.remove()
      }
    },
    walkTimeoutMs,
  )
})
