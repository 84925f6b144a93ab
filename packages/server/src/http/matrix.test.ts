import { describe, expect, test } from 'vitest'
import { policies } from '../engine/policy.ts'
import { expectedOf, rows, type Rules } from '../testing/access-oracle.ts'
import { describeOnBothStorages } from '../testing/in-process.ts'
import { everyCell, sampleOf } from '../testing/matrix-cells.ts'
import { contractOf, openWorld } from '../testing/matrix-world.ts'
import { count, isRelease } from '../testing/scale.ts'

/** Of each of the two contracts. */
const cellsInCi = { SQLite: 1_200, PostgreSQL: 250 }
const timeoutMs = count(120_000, 3_600_000)

const contracts: readonly Rules[] = [
  { keysManageKeys: false, neverByKey: [] },
  { keysManageKeys: true, neverByKey: ['organization:write'] },
]

describe('the oracle', () => {
  test('has a row for every operation, and for nothing else', () => {
    expect(Object.keys(rows).sort()).toEqual(Object.keys(policies).sort())
  })
})

describeOnBothStorages('who may do what', (open, storage) => {
  test.each(contracts)('is what API.md says, whoever asks for whatever: %o', { timeout: timeoutMs }, async (rules) => {
    const world = await openWorld(await open({ contract: contractOf(rules) }))
    // `neverByKey` cannot be written on a key at all.
    const cells = everyCell(Object.keys(policies)).filter(
      ({ caller }) =>
        caller.kind !== 'key' || !caller.permissions?.some((permission) => rules.neverByKey.includes(permission)),
    )
    const differences: unknown[] = []
    const asked = isRelease ? cells : sampleOf(cells, cellsInCi[storage])
    for (const { operation, caller, target } of asked) {
      const expected = expectedOf(operation, caller, target, rules)
      const answered = await world.call(operation, caller, target)
      if (answered.status !== expected.status || answered.reason !== expected.reason) {
        differences.push({ operation, caller, target, expected, answered })
      }
    }
    expect(differences).toEqual([])
    expect(asked.length).toBeGreaterThanOrEqual(isRelease ? 10_000 : cellsInCi[storage])
  })
})
