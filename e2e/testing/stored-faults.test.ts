import { chainOrigin, digestPayload, linkDigest, type ChainDigest } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import { Ledger, type LedgerKey } from './ledger.ts'
import { contradictionsIn, lossesFrom } from './stored-faults.ts'
import type { Stored, StoredEvent } from './stored.ts'

const chain = 'org'
const installationId = 'ins_1'

/** A chain of these happenings, and the tables that go with it. */
function storedAfter(happenings: readonly [action: string, targetId: string][], tables: Partial<Stored> = {}): Stored {
  let digest = chainOrigin(installationId)
  const events = happenings.map(([action, targetId], index): StoredEvent => {
    const salt = new Uint8Array(32).fill(index)
    const payload = JSON.stringify({ action, targetId })
    const payloadDigest = digestPayload(salt, payload)
    digest = linkDigest(chain, index + 1, payloadDigest, digest)
    return {
      sequence: index + 1,
      payload,
      salt,
      payloadDigest,
      digest,
      isBuried: false,
      declares: null,
      action,
      targetId,
    }
  })
  return {
    installationId,
    keys: [],
    secrets: [],
    mints: 0,
    events,
    head: { sequence: events.length, digest },
    ...tables,
  }
}

const living = { id: 'a', name: 'key 0', isRevoked: false }
const oneKey = { keys: [living], secrets: [{ id: 's', keyId: 'a' }], mints: 1 }

describe('contradictions are found', () => {
  const created: [string, string] = ['api_key.created', 'a']

  test('nowhere in what is right', () => {
    const rotated = { ...oneKey, secrets: [...oneKey.secrets, { id: 't', keyId: 'a' }] }
    expect(contradictionsIn(storedAfter([created], oneKey), chain)).toEqual([])
    expect(contradictionsIn(storedAfter([created, ['api_key.rotated', 'a']], rotated), chain)).toEqual([])
    const revoked = { ...oneKey, keys: [{ ...living, isRevoked: true }] }
    expect(contradictionsIn(storedAfter([created, ['api_key.revoked', 'a']], revoked), chain)).toEqual([])
    expect(contradictionsIn(storedAfter([created, ['api_key.deleted', 'x']], { ...oneKey, mints: 2 }), chain)).toEqual(
      [],
    )
  })

  test('in changes without events, events without changes, mints without keys', () => {
    const faulty = [
      storedAfter([], oneKey),
      storedAfter([created], { mints: 1 }),
      storedAfter([created], { ...oneKey, keys: [{ ...living, isRevoked: true }] }),
      storedAfter([created, ['api_key.revoked', 'a']], oneKey),
      storedAfter([created, ['api_key.rotated', 'a']], oneKey),
      storedAfter([created], { ...oneKey, secrets: [] }),
      storedAfter([created], { ...oneKey, mints: 2 }),
    ]
    for (const stored of faulty) expect(contradictionsIn(stored, chain)).not.toEqual([])
  })

  test('in a chain that is not whole', () => {
    const whole = storedAfter([created, ['member.added', 'b']], oneKey)
    const cut = { ...whole, events: whole.events.slice(0, 1) }
    const altered = { ...whole, head: { sequence: 2, digest: 'f'.repeat(64) as ChainDigest } }
    for (const stored of [cut, altered])
      expect(contradictionsIn(stored, chain)).toEqual([expect.stringMatching(/^the chain/)])
  })
})

describe('losses are found', () => {
  function ledgerOf(state: Partial<LedgerKey>): Ledger {
    const ledger = new Ledger(chain)
    Object.assign(ledger.open(), { id: 'a', mint: 'acknowledged', secretIds: ['s'], ...state })
    return ledger
  }
  const there = storedAfter([], oneKey)
  const gone = storedAfter([])
  const erased = storedAfter([['api_key.deleted', 'x']])
  const revoked = storedAfter([], { ...oneKey, keys: [{ ...living, isRevoked: true }] })

  test.each<[string, Stored, Partial<LedgerKey>]>([
    ['a mint', there, {}],
    ['a mint that was not answered and not done', gone, { mint: 'sent', secretIds: [] }],
    ['one that was done', there, { mint: 'sent', secretIds: [] }],
    ['a revocation', revoked, { revocation: 'acknowledged' }],
    ['a revocation that was not answered', there, { revocation: 'sent' }],
    ['a deletion', erased, { deletion: 'acknowledged' }],
    ['a deletion that was not answered', there, { deletion: 'sent' }],
    ['one that was done all the same', erased, { deletion: 'sent' }],
    ['a rotation that was not answered', there, { rotations: ['sent'] }],
  ])('not in %s', (_, stored, state) => {
    expect(lossesFrom(stored, ledgerOf(state))).toEqual([])
  })

  test.each<[string, Stored, Partial<LedgerKey>]>([
    ['a mint', gone, {}],
    ['a revocation', there, { revocation: 'acknowledged' }],
    ['a deletion', there, { deletion: 'acknowledged' }],
    ['a rotation', there, { rotations: ['acknowledged'] }],
    ['a secret', there, { secretIds: ['s', 't'], rotations: ['sent'] }],
    ['a revocation that nobody asked for', revoked, {}],
    ['a deletion that nobody asked for', erased, { mint: 'sent' }],
    ['a key that was minted twice', storedAfter([], { ...oneKey, keys: [living, { ...living, id: 'b' }] }), {}],
    ['a key that nobody asked for', storedAfter([], { ...oneKey, keys: [living, { ...living, name: 'x' }] }), {}],
  ])('in %s', (_, stored, state) => {
    expect(lossesFrom(stored, ledgerOf(state))).not.toEqual([])
  })
})
