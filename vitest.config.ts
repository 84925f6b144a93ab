import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['mintmark-source', 'node'] },
  ssr: { resolve: { conditions: ['mintmark-source', 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    globalSetup: ['packages/server/src/testing/global-setup.ts'],
  },
})
