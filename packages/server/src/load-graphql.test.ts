import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const index = fileURLToPath(new URL('index.ts', import.meta.url))

/** Names of the packages that a process has loaded when Mintmark is ready to answer. */
const script = `
  import { registerHooks } from 'node:module'
  const names = new Set()
  registerHooks({
    load(url, context, next) {
      const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? []
      if (name !== undefined) names.add(name)
      return next(url, context)
    },
  })
  const { createMintmark } = await import(${JSON.stringify(index)})
  const mintmark = await createMintmark({ dataDir: ':memory:', log: { write() {} } })
  await mintmark.close()
  console.log([...names].join(' '))
`

test('a start loads nothing of GraphQL and of the pages, which many never ask for', async () => {
  const args = ['--conditions=mintmark-source', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const loaded = stdout.trim().split(' ')
  expect(loaded).toContain('fastify')
  expect(loaded.filter((name) => /graphql|pothos|envelop|scalar/.test(name))).toEqual([])
})
