import { describe, expect, test } from 'vitest'
import { exampleBreaches, layerBreaches } from './layers.ts'
import { parseSource } from './source-file.ts'

const breaches = (path: string, ...specifiers: string[]) =>
  layerBreaches(parseSource(path, specifiers.map((specifier) => `import { x } from '${specifier}'`).join('\n')))

describe('what may import what', () => {
  const allowed: [path: string, specifier: string][] = [
    ['packages/core/src/access.ts', './verdict.ts'],
    ['packages/core/src/access.test.ts', 'fast-check'],
    ['packages/server/src/engine/keys.ts', '@mintmark/core'],
    ['packages/server/src/engine/keys.ts', './ports/clock.ts'],
    ['packages/server/src/engine/keyring.ts', 'node:crypto'],
    ['packages/server/src/http/routes/keys.ts', '../../engine/keys.ts'],
    ['packages/server/src/http/app.ts', 'fastify'],
    ['packages/server/src/storage/sql/keys.ts', 'kysely'],
    ['packages/server/src/storage/better-auth/people.ts', 'better-auth/minimal'],
    ['packages/server/src/storage/sql/keys.test.ts', '../../testing/servers.ts'],
    ['packages/server/src/serve.ts', './http/app.ts'],
    ['packages/server/src/http/app.test.ts', '../storage/sql/sqlite.ts'],
    ['packages/cli/src/main.ts', '@mintmark/server'],
    ['packages/sdk/src/mintmark.ts', '@mintmark/core'],
    ['packages/sdk/src/mintmark.test.ts', '@mintmark/server'],
    ['scripts/generate.ts', '../packages/core/src/access.ts'],
  ]
  test.each(allowed)('%s may import %s', (path, specifier) => {
    expect(breaches(path, specifier)).toEqual([])
  })

  const refused: [path: string, specifier: string][] = [
    ['packages/core/src/access.ts', '@mintmark/server'],
    ['packages/core/src/access.ts', 'node:crypto'],
    ['packages/core/src/access.ts', 'zod'],
    ['packages/core/src/access.ts', './testing/brute-force.ts'],
    ['packages/core/src/access.ts', '../../server/src/engine/keys.ts'],
    ['packages/core/src/access.test.ts', '@mintmark/server'],
    ['packages/server/src/engine/keys.ts', '../http/app.ts'],
    ['packages/server/src/engine/keys.ts', '../storage/sql/keys.ts'],
    ['packages/server/src/engine/keys.ts', 'node:fs'],
    ['packages/server/src/engine/keys.ts', 'kysely'],
    ['packages/server/src/engine/keys.ts', '../serve.ts'],
    ['packages/server/src/engine/keys.ts', './keys.test.ts'],
    ['packages/server/src/http/app.ts', '../storage/sql/keys.ts'],
    ['packages/server/src/http/app.ts', '../graphql/schema.ts'],
    ['packages/server/src/http/app.ts', 'kysely/migration'],
    ['packages/server/src/http/app.ts', '../testing/servers.ts'],
    ['packages/server/src/storage/sql/keys.ts', '../../http/problem.ts'],
    ['packages/server/src/storage/sql/keys.ts', '../contract/keys.ts'],
    ['packages/server/src/jobs/flush.ts', '../storage/sql/keys.ts'],
    ['packages/server/src/http/app.ts', '@mintmark/server'],
    ['packages/cli/src/main.ts', '../../server/src/serve.ts'],
    ['packages/sdk/src/client.ts', '@mintmark/server'],
    ['packages/dashboard/src/main.tsx', 'mintmark'],
    ['packages/server/src/adapters/thing.ts', '@mintmark/core'],
    ['packages/server/src/storage/sql/identity.ts', 'better-auth/minimal'],
    ['packages/server/src/http/app.ts', '@better-auth/core'],
  ]
  test.each(refused)('%s may not import %s', (path, specifier) => {
    expect(breaches(path, specifier)).toHaveLength(1)
  })

  test('only the composers join what never sees one another', () => {
    const both = ['./http/app.ts', './storage/sql/keys.ts']
    expect(breaches('packages/server/src/create-mintmark.ts', ...both)).toEqual([])
    expect(breaches('packages/server/src/readiness.ts', ...both)).toHaveLength(1)
    expect(breaches('packages/server/src/readiness.ts', './storage/sql/keys.ts')).toEqual([])
  })

  test('every form of import counts', () => {
    const forms = [
      `import type { X } from '../http/app.ts'`,
      `export { x } from '../http/app.ts'`,
      `export * from '../http/app.ts'`,
      `const app = await import('../http/app.ts')`,
      `type X = import('../http/app.ts').X`,
      `const name = '../http/app.ts'; await import(name)`,
    ]
    const found = forms.map((form) => layerBreaches(parseSource('packages/server/src/engine/keys.ts', form)).length)
    expect(found).toEqual([1, 1, 1, 1, 1, 1])
  })
})

describe('what an example may import', () => {
  const breaches = (path: string, specifier: string) =>
    exampleBreaches(parseSource(path, `import { x } from '${specifier}'`))

  test.each([
    ['examples/align/server.ts', '@mintmark/sdk/fastify'],
    ['examples/align/server.ts', '@mintmark/server'],
    ['examples/align/server.ts', '@mintmark/example-demonstration'],
    ['examples/align/server.ts', './policy.ts'],
    ['examples/align/routes/entries.ts', '../policy.ts'],
    ['examples/align/server.ts', 'fastify'],
    ['examples/align/me.conformance.test.ts', '../../packages/server/src/testing/find-program.ts'],
    ['examples/align/testing/stage.ts', '@mintmark/example-conformance'],
    ['e2e/pages.test.ts', '../packages/server/src/serve.ts'],
  ])('%s may import %s', (path, specifier) => {
    expect(breaches(path, specifier)).toEqual([])
  })

  test.each([
    ['examples/align/server.ts', '@mintmark/core'],
    ['examples/align/server.ts', '@mintmark/example-conformance'],
    ['examples/align/server.ts', '../../packages/server/src/engine/keys.ts'],
    ['examples/align/server.ts', '../aether365/policy.ts'],
    ['examples/demonstration/remote.ts', 'mintmark/src/main.ts'],
  ])('%s may not import %s', (path, specifier) => {
    expect(breaches(path, specifier)).toHaveLength(1)
  })
})
