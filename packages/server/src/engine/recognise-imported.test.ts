import { createHash, randomBytes } from 'node:crypto'
import {
  builtInContract,
  createDigesters,
  createId,
  createLegacyFormat,
  digestForeignHash,
  type KeyDigest,
  type KeyDigester,
} from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { givenKey, givenMember } from '../storage/contract/storage-samples.ts'
import { createSqliteDirectory } from '../storage/sql/directory-sqlite.ts'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine } from '../testing/embedded-engine.ts'
import { compileFor, keyFormatFor } from './engine.ts'
import type { Keyring } from './keyring.ts'
import type { Rekeying } from './ports/activity.ts'
import { createRecognise } from './recognise.ts'

const contract = {
  ...builtInContract,
  keys: { ...builtInContract.keys, legacy: [{ pattern: '^acme_[a-z]{20}$', hash: 'sha256-hex' as const }] },
}
const legacy = createLegacyFormat(contract.keys.legacy)
const clock = createTestClock()
const foreignKey = 'acme_abcdefghijklmnopqrst'
const hash = { known: '', bytes: Uint8Array.from(createHash('sha256').update(foreignKey).digest()) }

const [olderPepper, newerPepper] = [randomBytes(32), randomBytes(32)]
const { current: newer, previous } = createDigesters({ current: newerPepper, previous: olderPepper })
const older = previous ?? newer

/** A node as peppers are changed one node after the other. */
const nodes: Readonly<Record<string, Pick<Keyring, 'digesters' | 'rekeys'>>> = {
  'with the old pepper alone': { digesters: { current: older, previous: null }, rekeys: false },
  'with the old pepper, ready for the new': { digesters: { current: older, previous: newer }, rekeys: false },
  'with the new pepper and the old': { digesters: { current: newer, previous: older }, rekeys: true },
  'with the new pepper alone': { digesters: { current: newer, previous: null }, rekeys: false },
}
const own = (digester: KeyDigester): KeyDigest => digester.digest(foreignKey)
const imported = (digester: KeyDigester): KeyDigest => digestForeignHash(digester, hash)

let embedded: EmbeddedEngine
let keyId: string

beforeEach(async () => {
  embedded = await createEmbeddedEngine({ contract, clock })
})
afterEach(() => embedded.close())

async function keepUnder(digest: KeyDigest, digester: KeyDigester): Promise<void> {
  const { storage } = embedded.sqlite
  const { organizationId } = await givenMember(storage)
  const secret = { digest, importDigest: imported(digester), pepperVersion: digester.version }
  const owner = { type: 'organization', role: 'member' } as const
  keyId = (await givenKey(storage, organizationId, { owner, id: createId('key', randomBytes) }, secret)).id
}

/** @param between what happens after each look-up */
function recognisingAs(keyring: Pick<Keyring, 'digesters' | 'rekeys'>, between = async (): Promise<void> => {}) {
  const directory = createSqliteDirectory(embedded.sqlite.database, compileFor(contract), { clock })
  const rekeyings: Rekeying[] = []
  const looked: KeyDigest[] = []
  const recognise = createRecognise({
    format: keyFormatFor(contract),
    legacy,
    keyring,
    directory: {
      ...directory,
      async findKey(digest) {
        looked.push(digest)
        const found = await directory.findKey(digest)
        await between()
        return found
      },
    },
    rekey: (rekeying) => rekeyings.push(rekeying),
  })
  return { rekeyings, looked, tenant: async (text: string) => recognise.tenant(text) }
}

const write = (rekeyings: readonly Rekeying[]) => embedded.sqlite.activity.record({ uses: [], counts: [], rekeyings })
const known = () => expect.objectContaining({ holder: expect.objectContaining({ keyId }), refusal: null })

/** Where an imported key may be, and which nodes can find it there. */
const places = {
  'as imported under the old pepper': [() => imported(older), older, ['new pepper alone']],
  'as used under the old pepper': [() => own(older), older, ['new pepper alone']],
  'as imported under the new pepper': [() => imported(newer), newer, ['old pepper alone']],
  'as used under the new pepper': [() => own(newer), newer, ['old pepper alone']],
} as const

describe.each(Object.keys(nodes))('a node %s', (name) => {
  const keyring = nodes[name] ?? { digesters: { current: older, previous: null }, rekeys: false }

  test.each(Object.entries(places))('knows a key %s', async (_, [digest, digester, unable]) => {
    await keepUnder(digest(), digester)
    const { tenant, rekeyings } = recognisingAs(keyring)
    const found = await tenant(foreignKey)
    if (unable.some((node) => name.endsWith(node))) {
      expect(found).toMatchObject({ holder: null, refusal: { reason: 'invalid_key' } })
      return
    }
    expect(found).toEqual(known())
    // From then on it is at its own place: under the newest pepper that the node may re-key to.
    await write(rekeyings)
    const again = recognisingAs(keyring)
    expect(await again.tenant(foreignKey)).toEqual(known())
    expect(again.rekeyings).toEqual([])
    const secrets = await embedded.sqlite.storage.read('every-organization', ({ keys }) =>
      keys.findImported([imported(keyring.rekeys ? newer : digester)]),
    )
    expect([...secrets.values()].map(({ id }) => id)).toEqual([keyId])
  })

  test('asks once for a key that it has used, and knows no other text of that shape', async () => {
    await keepUnder(own(keyring.digesters.current), keyring.digesters.current)
    const { tenant, looked } = recognisingAs(keyring)
    expect(await tenant(foreignKey)).toEqual(known())
    expect(looked).toHaveLength(1)
    expect(await tenant('acme_abcdefghijklmnopqrsu')).toMatchObject({ holder: null })
    expect(await tenant('acme_abcdefghijklmnopqrs')).toMatchObject({ holder: null })
    expect(await tenant(Buffer.from(hash.bytes).toString('hex'))).toMatchObject({ holder: null })
  })
})

const bothPeppers = ['with the old pepper, ready for the new', 'with the new pepper and the old'] as const

describe.each(bothPeppers)('while other nodes re-key, a node %s', (name) => {
  const routes: readonly (readonly (() => KeyDigest)[])[] = [
    [() => imported(older), () => own(older), () => own(newer)],
    [() => imported(older), () => own(newer)],
    [() => imported(newer), () => own(newer)],
  ]

  test.each([0, 1, 2].flatMap((at) => [0, 1, 2, 3, 4].map((first) => [at, first] as const)))(
    'misses no key that moves along route %i from look %i on',
    async (at, first) => {
      const route = (routes[at] ?? []).map((place) => place())
      const from = route[0] ?? imported(older)
      await keepUnder(from, from === imported(newer) ? newer : older)
      let looks = 0
      const { tenant } = recognisingAs(
        nodes[name] ?? { digesters: { current: older, previous: null }, rekeys: false },
        async () => {
          const step = looks - first
          looks += 1
          const [previousDigest, current] = [route[step], route[step + 1]]
          if (previousDigest === undefined || current === undefined) return
          await write([{ table: 'key', previous: previousDigest, current, pepperVersion: newer.version }])
        },
      )
      expect(await tenant(foreignKey)).toEqual(known())
    },
  )
})
