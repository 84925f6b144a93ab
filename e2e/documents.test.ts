import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { freePort } from '../packages/server/src/testing/free-port.ts'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { codeBlocks, type CodeBlock } from './testing/code-blocks.ts'
import { contractEnv } from './testing/contract-file.ts'
import { startEmbedded } from './testing/installation.ts'
import { walkPage, walkTimeoutMs, type WalkedStep } from './testing/page-walk.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const documents = join(root, 'docs')
const read = (page: string): string => readFileSync(join(documents, page), 'utf8')
/** Below `docs/`. */
const pages = readdirSync(documents, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))

/** The reader has done the beginning of the quick start: an operator key, and a customer. */
const begun = codeBlocks(read('quick-start.md'))
  .slice(0, 2)
  .map(({ text }) => `\`\`\`sh\n${text}\`\`\`\n`)
  .join('\n')

function expectPrinted(steps: readonly WalkedStep[], least: number): void {
  const expecting = steps.filter(({ expected }) => expected !== null)
  for (const { command, expected, printed } of expecting) expect(printed, command).toContain(expected)
  expect(expecting.length).toBeGreaterThanOrEqual(least)
}

/** Walks a page beside a server that has the page's contract, if it shows one. */
async function walkBeside(page: string, before: readonly string[]): Promise<readonly WalkedStep[]> {
  const markdown = read(page)
  const contract = codeBlocks(markdown).find(({ name }) => name === 'contract.json')
  const installation = await startEmbedded({ ...(contract && { env: contractEnv(contract.text) }) })
  try {
    const [node] = installation.nodes
    const env = { MINTMARK_SERVER: installation.url, ...node?.env }
    const words = { 'http://127.0.0.1:6468': installation.url, 3000: `${await freePort()}` }
    return await walkPage(markdown, { env, words, before })
  } finally {
    await installation.remove()
  }
}

describe('the documents', () => {
  test.each(pages)('%s links to what exists', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) => path ?? '')
    for (const path of links) expect(existsSync(join(documents, dirname(page), path)), path).toBe(true)
  })

  test('the index names every page', () => {
    const index = read('README.md')
    const named = pages.filter((page) => page !== 'README.md' && !(isOfGateway(page) && page !== 'gateways/README.md'))
    for (const page of named) expect(index).toContain(`(${page})`)
  })

  test.each(pages)('%s can be read in five minutes', (page) => {
    const prose = read(page).replaceAll(/^```.*?^```$/gms, '')
    expect(prose.match(/\S+/g)?.length).toBeLessThan(1_100)
  })

  test.each(pages.filter((page) => !page.startsWith('moving-')))('%s has nothing but blocks that are run', (page) => {
    const blocks = codeBlocks(read(page))
    expect(read(page).match(/^```/gm)?.length ?? 0).toBe(2 * blocks.length)
    for (const block of blocks) expect(isUsed(block, blocks, page), `${page}: ${block.name}`).toBe(true)
  })
})

const isOfGateway = (page: string): boolean => page.startsWith('gateways/')

/** A command is run; a file is used by another block, by the server beside the page, or by a gateway. */
function isUsed({ language, name }: CodeBlock, blocks: readonly CodeBlock[], page: string): boolean {
  if (language === 'sh') return name === '' && !isOfGateway(page)
  if (name === 'contract.json' || isOfGateway(page)) return name !== ''
  return blocks.some((other) => other.name !== name && other.text.includes(name))
}

describe('can be done as it says:', () => {
  test(
    'quick-start.md',
    async () => {
      expectPrinted(await walkBeside('quick-start.md', []), 6)
    },
    walkTimeoutMs,
  )

  test.each([
    ['concepts.md', 3],
    ['contract.md', 7],
    ['protecting-an-api.md', 9],
    ['rotation.md', 9],
    ['revocation.md', 4],
    ['limits.md', 6],
    ['security-model.md', 4],
    ['sign-in.md', 8],
    ['command-line.md', 9],
  ])(
    '%s',
    async (page, least) => {
      expectPrinted(await walkBeside(page, [begun]), least)
    },
    walkTimeoutMs,
  )

  test(
    'operations.md',
    async () => {
      const { env, words } = aloneOn(await freePort())
      expectPrinted(await walkPage(read('operations.md'), { env, words }), 10)
    },
    walkTimeoutMs,
  )
})

/** For a page whose reader starts his own server. */
function aloneOn(port: number) {
  const url = `http://127.0.0.1:${port}`
  return { env: { MINTMARK_PORT: `${port}`, MINTMARK_SERVER: url }, words: { 'http://127.0.0.1:6468': url } }
}

describeWithPostgresAndRedis('on PostgreSQL and Redis', () => {
  test(
    'cluster.md can be done as it says',
    async () => {
      const [first, second] = [await freePort(), await freePort()]
      const words = {
        'postgres://mintmark@127.0.0.1:5432/mintmark': await testDatabaseUrl(),
        'redis://127.0.0.1:6379': await testRedisUrl(),
        6468: `${first}`,
        6469: `${second}`,
      }
      const env = { MINTMARK_SERVER: `http://127.0.0.1:${first}` }
      expectPrinted(await walkPage(read('cluster.md'), { env, words }), 6)
    },
    walkTimeoutMs,
  )
})
