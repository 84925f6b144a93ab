import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Ledger } from './ledger.ts'
import { faultsOfTold, readTold, type ToldEvent } from './told-events.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function ledgerOf(...keys: readonly { rotations?: number; revoked?: true; deleted?: true }[]): Ledger {
  const ledger = new Ledger('org')
  keys.forEach(({ rotations = 0, revoked, deleted }, index) => {
    const key = ledger.open()
    key.id = `key_${index}`
    key.mint = 'acknowledged'
    for (let count = 0; count < rotations; count += 1) key.rotations.push('acknowledged')
    if (revoked) key.revocation = 'acknowledged'
    if (deleted) key.deletion = 'acknowledged'
  })
  return ledger
}

let events = 0
const told = (type: string, about: string, id = `evt_${(events += 1)}`): ToldEvent => {
  const data = type === 'api_key.deleted' ? { idSha256: sha256(about) } : { id: about }
  return readTold({ id, body: JSON.stringify({ type, data }) })
}

const created = told('api_key.created', 'key_0')
const revoked = told('api_key.revoked', 'key_0')

describe('what was told', () => {
  test('is right when each change was told under one id, as often as it may be', () => {
    const ledger = ledgerOf({ rotations: 2, revoked: true })
    const rotations = [told('api_key.rotated', 'key_0'), told('api_key.rotated', 'key_0')]
    expect(faultsOfTold([created, created, ...rotations, revoked, revoked, created], ledger)).toEqual([])
  })

  test('of a key that was deleted may be erased before it was sent, its deletion may not', () => {
    const ledger = ledgerOf({ rotations: 1, deleted: true })
    const deleted = told('api_key.deleted', 'key_0')
    expect(faultsOfTold([deleted], ledger)).toEqual([])
    expect(faultsOfTold([created, deleted], ledger)).toEqual([])
    expect(faultsOfTold([created], ledger)).toEqual(['key 0: 0 events api_key.deleted, expected 1'])
  })

  test.each<[string, readonly ToldEvent[], string]>([
    ['is lost', [created], 'key 0: 0 events api_key.revoked, expected 1'],
    [
      'has two ids',
      [created, revoked, told('api_key.created', 'key_0')],
      'key 0: 2 events api_key.created, expected 1',
    ],
    ['is about nobody', [created, revoked, told('api_key.created', 'key_9')], 'api_key.created of key_9: nobody asked'],
    ['differs between attempts', [created, { ...created, body: `${created.body} ` }, revoked], 'its attempts differ'],
    ['nobody asked for', [created, revoked, told('api_key.rotated', 'key_0')], 'key 0: 1 events api_key.rotated'],
  ])('is found when it %s', (_, received, fault) => {
    const faults = faultsOfTold(received, ledgerOf({ revoked: true }))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(fault)
  })
})
