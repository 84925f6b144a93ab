import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

// A process of its own, so that its heap holds nothing of the test runner's.
const script = (expression: string) => `
  import { getHeapSnapshot } from 'node:v8'
  import { randomBytes, createHash } from 'node:crypto'
  import { createKeyFormat } from ${JSON.stringify(fileURLToPath(new URL('key-format.ts', import.meta.url)))}
  const prefixes = { live: 'mk_live_' }
  const format = createKeyFormat({ prefixes, length: 38, checksum: 6, shown: 8, formerPrefixes: [] })
  function keep() {
    const plaintext = format.mint('live', randomBytes)
    format.parse(plaintext)
    const kept = ${expression}
    return { kept, digest: createHash('sha256').update(plaintext).digest('hex') }
  }
  globalThis.held = keep()
  globalThis.gc()
  let snapshot = ''
  for await (const chunk of getHeapSnapshot()) snapshot += chunk
  const found = (snapshot.match(/mk_live_[0-9A-Za-z]{38}/g) ?? [])
    .some((text) => createHash('sha256').update(text).digest('hex') === globalThis.held.digest)
  process.stdout.write(JSON.stringify({ found, shown: globalThis.held.kept.length }))
`

function heapHolds(expression: string): unknown {
  const options = ['--expose-gc', '--conditions=mintmark-source', '--input-type=module', '--eval', script(expression)]
  const child = spawnSync(process.execPath, options, { encoding: 'utf8', timeout: 20_000 })
  expect(child.stderr).toBe('')
  return JSON.parse(child.stdout)
}

it('what is shown of a key does not keep the key in memory, as a plain slice does', () => {
  expect(heapHolds('plaintext.slice(0, 16)')).toEqual({ found: true, shown: 16 })
  expect(heapHolds('format.shown(plaintext)')).toEqual({ found: false, shown: 16 })
})
