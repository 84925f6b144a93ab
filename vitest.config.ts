import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The largest files come first, but for this small one, which takes longest: in the end nothing must wait for it. */
class RightsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isIt = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/engine/rights.test.ts')
    const sorted = await super.sort(files)
    return [...sorted.filter(isIt), ...sorted.filter((file) => !isIt(file))]
  }
}

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: RightsFirst },
    // Node runs the sources as they are, as it does in production, and keeps what it compiled: a fifth faster than
    // having each file's modules transformed for it anew.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    execArgv: ['--conditions=mintmark-source'],
    globalSetup: ['packages/server/src/testing/global-setup.ts'],
  },
})
