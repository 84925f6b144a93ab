import { randomBytes } from 'node:crypto'
import { builtInContract, createDigesters, createLegacyFormat, type KeyDigest } from '@mintmark/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSqliteDirectory } from '../storage/sql/directory-sqlite.ts'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine } from '../testing/embedded-engine.ts'
import { compileFor, keyFormatFor } from './engine.ts'
import type { Rekeying } from './ports/activity.ts'
import { createRecognise } from './recognise.ts'

const contract = builtInContract
const clock = createTestClock()
const [older, newer] = [randomBytes(32), randomBytes(32)]
const digesters = createDigesters({ current: newer, previous: older })

let embedded: EmbeddedEngine
let secret: string

beforeEach(async () => {
  embedded = await createEmbeddedEngine({ contract, clock, peppers: { current: older, previous: null } })
  const { engine, host } = embedded
  const { value } = await engine.operatorKeys.create(host, { name: 'made before the change' }, null)
  secret = value.key ?? ''
})
afterEach(() => embedded.close())

/** @param between what happens after each look-up */
function recognising(between: (digest: KeyDigest) => Promise<void>) {
  const directory = createSqliteDirectory(embedded.sqlite.database, compileFor(contract), { clock })
  const rekeyings: Rekeying[] = []
  const recognise = createRecognise({
    format: keyFormatFor(contract),
    legacy: createLegacyFormat(contract.keys.legacy),
    keyring: { digesters, rekeys: true },
    directory: {
      ...directory,
      async findKey(digest) {
        const found = await directory.findKey(digest)
        await between(digest)
        return found
      },
    },
    rekey: (rekeying) => rekeyings.push(rekeying),
  })
  return { rekeyings, any: async (text: string) => recognise.any(text) }
}

const rekeying = (): Rekeying => ({
  table: 'key',
  previous: digesters.previous?.digest(secret) ?? digesters.current.digest(secret),
  current: digesters.current.digest(secret),
  pepperVersion: digesters.current.version,
})
const rekey = () => embedded.sqlite.activity.record({ uses: [], counts: [], rekeyings: [rekeying()] })

test('a secret that is kept under the previous pepper is known, and is to be re-keyed', async () => {
  const { any, rekeyings } = recognising(async () => {})
  expect(await any(secret)).toMatchObject({ holder: { kind: 'operator' }, refusal: null })
  expect(rekeyings).toEqual([rekeying()])
})

test('a secret that is re-keyed is known under the current pepper', async () => {
  await rekey()
  const { any, rekeyings } = recognising(async () => {})
  expect(await any(secret)).toMatchObject({ holder: { kind: 'operator' }, refusal: null })
  expect(rekeyings).toEqual([])
})

test('a secret that is re-keyed between the look-up under the one pepper and the other is known', async () => {
  const { any } = recognising(async (digest) => {
    if (digest === digesters.current.digest(secret)) await rekey()
  })
  expect(await any(secret)).toMatchObject({ holder: { kind: 'operator' }, refusal: null })
})

test('what is known under neither is nobody', async () => {
  const { any } = recognising(async () => {})
  const other = await createEmbeddedEngine({ contract, clock })
  const { value } = await other.engine.operatorKeys.create(other.host, { name: 'elsewhere' }, null)
  await other.close()
  expect(await any(value.key ?? '')).toMatchObject({ holder: null, refusal: { reason: 'invalid_key' } })
})

test('a text that differs by one character from a secret seen before is nobody', async () => {
  const { any } = recognising(async () => {})
  expect((await any(secret)).holder).not.toBeNull()
  for (let index = 0; index < secret.length; index++) {
    const other = secret[index] === 'a' ? 'b' : 'a'
    const { holder } = await any(secret.slice(0, index) + other + secret.slice(index + 1))
    expect(holder, `at ${index}`).toBeNull()
  }
  expect((await any(secret)).holder).not.toBeNull()
})
