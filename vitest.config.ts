import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    conditions: ['mintmark-source', 'node'],
    // The one that Node itself takes, and all libraries with it: a schema made by another copy is none.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['mintmark-source', 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    globalSetup: ['packages/server/src/testing/global-setup.ts'],
  },
})
