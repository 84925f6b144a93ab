import { assert, constantFrom, nat, property, uniqueArray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { missingJournals, type Sighting } from './missing-journals.ts'

const sighting = (change: Partial<Sighting>): Sighting => ({
  known: new Set(),
  replayed: new Set(),
  isAlive: () => false,
  isVouchedFor: false,
  seen: null,
  beat: 0,
  ...change,
})

describe('journals that are missing', () => {
  test.each<[string, Partial<Sighting>, readonly string[]]>([
    ['none, of a new database', {}, []],
    ['the only one', { known: new Set(['a']) }, ['a']],
    ['none, when it was replayed', { known: new Set(['a']), replayed: new Set(['a']) }, []],
    ['another’s, whatever was replayed here', { known: new Set(['a', 'b']), replayed: new Set(['a']) }, ['b']],
    ['none, when its node lives', { known: new Set(['b']), isAlive: (id) => id === 'b' }, []],
    ['none, when a node vouches', { known: new Set(['a', 'b']), isVouchedFor: true }, []],
    [
      'none, of a database that has counted on',
      { known: new Set(['b']), seen: { beat: 5, journals: [] }, beat: 5 },
      [],
    ],
    [
      'all, of one that counts less than it did',
      { known: new Set(['b']), seen: { beat: 5, journals: [] }, beat: 4 },
      ['b'],
    ],
    ['those that it named before it was restored', { seen: { beat: 5, journals: ['c'] }, beat: 4 }, ['c']],
  ])('%s', (_, change, missing) => {
    expect(missingJournals(sighting(change))).toEqual(missing)
  })

  test('a restored database is never trusted while one that it names, or named, was neither replayed nor lives', () => {
    const ids = uniqueArray(constantFrom<string>('a', 'b', 'c', 'd'))
    assert(
      property(ids, ids, ids, ids, nat(9), nat(9), (known, seenJournals, replayed, alive, seenBeat, beat) => {
        const missing = missingJournals(
          sighting({
            known: new Set(known),
            replayed: new Set(replayed),
            isAlive: (id) => alive.includes(id),
            seen: { beat: seenBeat, journals: seenJournals },
            beat,
          }),
        )
        const wanted =
          seenBeat <= beat ? [] : ['a', 'b', 'c', 'd'].filter((id) => known.includes(id) || seenJournals.includes(id))
        expect(missing.toSorted()).toEqual(wanted.filter((id) => !replayed.includes(id) && !alive.includes(id)))
      }),
    )
  })
})
