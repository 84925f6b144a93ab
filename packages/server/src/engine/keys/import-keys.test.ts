import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInContract, createKeyDigester, type OrganizationId } from '@mintmark/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine } from '../../testing/embedded-engine.ts'
import type { ImportItem } from './import-input.ts'

const legacy = [{ pattern: '^old_[0-9a-f]{32}$', hash: 'sha256-hex' as const }]
const contract = { ...builtInContract, keys: { ...builtInContract.keys, legacy } }
const [older, newer] = [randomBytes(32), randomBytes(32)]
const keys = Array.from({ length: 4 }, () => `old_${randomBytes(16).toString('hex')}`)
const items: readonly ImportItem[] = keys.map((key, index) => ({
  hash: createHash('sha256').update(key).digest('hex'),
  hashedAs: 'sha256-hex',
  prefix: 'old_',
  name: `key ${index}`,
  owner: 'organization',
  role: 'member',
}))

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-import-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

async function withEngine(
  current: Uint8Array,
  previous: Uint8Array | null,
  work: (embedded: EmbeddedEngine) => Promise<void>,
): Promise<void> {
  const peppers = { current, previous }
  const file = join(directory, 'mintmark.db')
  const embedded = await createEmbeddedEngine({ contract, clock: createTestClock(), peppers, file })
  try {
    await work(embedded)
  } finally {
    await embedded.engine.usage.flush()
    await embedded.close()
  }
}

async function importAll({ engine, host }: EmbeddedEngine): Promise<readonly string[]> {
  const caller = { ...host, organizationId: 'acme' as OrganizationId }
  const { results } = (await engine.keys.import(caller, items)).value
  return results.map(({ outcome }) => outcome)
}

async function secretsUnder({ sqlite }: EmbeddedEngine, pepper: Uint8Array): Promise<number> {
  const counts = await sqlite.storage.read('every-organization', async (stores) =>
    stores.peppers.count(await stores.nowMs()),
  )
  return counts.get(createKeyDigester(pepper).version)?.secrets ?? 0
}

async function verify({ engine }: EmbeddedEngine, key: string | undefined): Promise<boolean> {
  return (await engine.verify({ key: key ?? '' })).valid
}

test('a change of pepper takes no imported key away, and imports none twice', async () => {
  await withEngine(older, null, async (embedded) => {
    await embedded.engine.organizations.create(embedded.host, { id: 'acme', name: 'Acme' }, null)
    expect(await importAll(embedded)).toEqual(['imported', 'imported', 'imported', 'imported'])
    for (const key of keys.slice(0, 2)) expect(await verify(embedded, key)).toBe(true)
  })
  // Of each state a key is used, and one is not, before it is imported again.
  await withEngine(newer, older, async (embedded) => {
    expect(await importAll(embedded)).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate'])
    for (const key of [keys[0], keys[2]]) expect(await verify(embedded, key)).toBe(true)
    await embedded.engine.usage.flush()
    expect(await importAll(embedded)).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate'])
    expect(await secretsUnder(embedded, older)).toBe(2)
    for (const key of keys) expect(await verify(embedded, key)).toBe(true)
  })
  await withEngine(newer, null, async (embedded) => {
    for (const key of keys) expect(await verify(embedded, key)).toBe(true)
    expect(await importAll(embedded)).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate'])
    expect([await secretsUnder(embedded, older), await secretsUnder(embedded, newer)]).toEqual([0, keys.length])
  })
})
