import { defineConfig } from 'vitest/config'

/** What mutation testing runs: the tests of the two modules that decide, and nothing that starts a server. */
export default defineConfig({
  resolve: { conditions: ['mintmark-source', 'node'] },
  test: { include: ['packages/core/src/access.test.ts', 'packages/core/src/verdict.test.ts'] },
})
