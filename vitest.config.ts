import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The largest files come first. What is small and takes long must not be what is waited for in the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/engine/rights.test.ts')
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Node runs the sources as they are, as it does in production, and keeps what it compiled: a fifth faster than
    // having each file's modules transformed for it anew.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    execArgv: ['--conditions=mintmark-source'],
    globalSetup: ['packages/server/src/testing/global-setup.ts'],
  },
})
