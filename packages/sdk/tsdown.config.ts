import { defineConfig } from 'tsdown'

// Core is bundled: what is installed with the SDK is openapi-fetch and nothing else.
export default defineConfig({
  entry: ['src/index.ts', 'src/express.ts', 'src/fastify.ts', 'src/fetch.ts', 'src/hono.ts'],
  platform: 'neutral',
  target: 'es2023',
  tsconfig: 'tsconfig.build.json',
  deps: { alwaysBundle: ['@mintmark/core'] },
  dts: true,
})
