import { digestToBytes, type KeyDigest } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import { givenKey, givenMember, newDigest, sampleKey, sampleSecret, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const revocation = { atMs: startMs + 9, by: { type: 'host', id: 'host' }, reason: 'leaked', comment: null } as const

export function describeImports(opened: () => OpenedStorage): void {
  const givenImported = async (importDigest: KeyDigest, digest = importDigest): Promise<KeyWithSecrets> => {
    const { storage } = opened()
    const { organizationId } = await givenMember(storage)
    return givenKey(storage, organizationId, {}, { digest, importDigest, pepperVersion: 'old' })
  }
  const find = async (digests: readonly KeyDigest[]) =>
    opened().storage.read('every-organization', async ({ keys }) => keys.findImported(digests))

  describe('imported keys', () => {
    test('are known again by what they were imported with, in whichever organization, and no others are', async () => {
      const { storage } = opened()
      const [one, other, ours] = [newDigest(), newDigest(), newDigest()]
      const { organizationId } = await givenMember(storage)
      await givenKey(storage, organizationId, {}, { digest: ours })
      const [first, second] = [await givenImported(one), await givenImported(other)]
      expect(await find([one, newDigest(), other, ours])).toEqual(
        new Map([
          [one, expect.objectContaining({ id: first.id, organizationId: first.organizationId, revocation: null })],
          [other, expect.objectContaining({ id: second.id, organizationId: second.organizationId })],
        ]),
      )
      expect(await find([])).toEqual(new Map())
    })

    test('are known again when they are revoked, and no more when they are deleted', async () => {
      const { storage } = opened()
      const digest = newDigest()
      const key = await givenImported(digest)
      await storage.transaction('every-organization', async ({ keys }) => keys.revoke(key.number, revocation))
      expect((await find([digest])).get(digest)).toMatchObject({ id: key.id, revocation })
      await storage.transaction('every-organization', async ({ keys }) => keys.delete(key.number))
      expect(await find([digest])).toEqual(new Map())
    })

    test('are imported once', async () => {
      const { storage } = opened()
      const digest = newDigest()
      const { organizationId } = await givenImported(digest, newDigest())
      const again = storage.transaction(organizationId ?? 'every-organization', async ({ keys }) =>
        keys.insert(sampleKey(organizationId), sampleSecret({ importDigest: digest })),
      )
      await expect(again).rejects.toThrow()
    })
  })

  describe('re-keying an imported key', () => {
    const stored = async ({ number }: KeyWithSecrets): Promise<readonly unknown[]> => {
      const columns = 'digest, import_digest, pepper_version'
      const rows = await opened().raw(`select ${columns} from api_key_secrets where key_number = ${number}`)
      return rows.map((row) => [bytesOf(row['digest']), bytesOf(row['import_digest']), row['pepper_version']])
    }
    const bytesOf = (value: unknown): readonly number[] => Array.from(Object.values(value ?? {}))
    const bytes = (digest: KeyDigest): readonly number[] => Array.from(digestToBytes(digest))
    const move = (table: 'key' | 'import', previous: KeyDigest, current: KeyDigest) =>
      ({ table, previous, current, pepperVersion: 'new' }) as const

    test('to a digest of its own leaves by what it is known again', async () => {
      const [imported, own] = [newDigest(), newDigest()]
      const key = await givenImported(imported)
      await opened().activity.record({ uses: [], counts: [], rekeyings: [move('key', imported, own)] })
      expect(await stored(key)).toEqual([[bytes(own), bytes(imported), 'new']])
      expect([...(await find([imported])).keys()]).toEqual([imported])
    })

    test('under another pepper takes that along, and no other key’s', async () => {
      const [imported, anew, own, untouched] = [newDigest(), newDigest(), newDigest(), newDigest()]
      const [key, other] = [await givenImported(imported), await givenImported(untouched)]
      const rekeyings = [move('key', imported, own), move('import', imported, anew)]
      await opened().activity.record({ uses: [], counts: [], rekeyings: [...rekeyings, ...rekeyings] })
      await opened().activity.record({ uses: [], counts: [], rekeyings })
      expect(await stored(key)).toEqual([[bytes(own), bytes(anew), 'new']])
      expect(await stored(other)).toEqual([[bytes(untouched), bytes(untouched), 'old']])
      expect([...(await find([imported, anew])).keys()]).toEqual([anew])
    })

    test('never gives two keys one digest to be known again by', async () => {
      const [imported, taken] = [newDigest(), newDigest()]
      const key = await givenImported(imported)
      await givenImported(taken)
      await opened().activity.record({ uses: [], counts: [], rekeyings: [move('import', imported, taken)] })
      expect(await stored(key)).toEqual([[bytes(imported), bytes(imported), 'old']])
    })
  })
}
