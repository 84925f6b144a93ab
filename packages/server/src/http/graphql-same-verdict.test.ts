import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openingInProcess } from '../testing/in-process.ts'
import { anyOperation, twins } from '../testing/twin-operations.ts'
import { callers, TwinWorld } from '../testing/twin-world.ts'
import { count, isRelease } from '../testing/scale.ts'

const stepsInRun = 20
/** 10,000 operations at a release, a twentieth of them otherwise. */
const runs = count(25, 500)

describe('REST and GraphQL', () => {
  const open = openingInProcess()

  test(
    'give the same verdict and do the same, whoever does whatever after whatever',
    { timeout: count(120_000, 3_600_000) },
    async () => {
      const contract = (keysManageKeys: boolean) => ({ name: 'Twins', minting: { keysManageKeys, perMemberPerDay: 6 } })
      const pairs = [
        [await open({ contract: contract(false) }), await open({ contract: contract(false) })],
        [await open({ contract: contract(true) }), await open({ contract: contract(true) })],
      ] as const
      const seen = { verdicts: new Map<string, number>(), organizations: 0 }
      const step = fc.record({ caller: fc.constantFrom(...callers), operation: anyOperation })
      const steps = fc.array(step, { minLength: stepsInRun, maxLength: stepsInRun })
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...pairs), steps, async ([one, other], list) => {
          const id = `twin-${(seen.organizations += 1)}`
          const [rest, graphql] = [await TwinWorld.open(one, id), await TwinWorld.open(other, id)]
          for (const { caller, operation } of list) {
            const expected = await rest.rest(caller, operation)
            expect({ caller, operation, ...(await graphql.graphql(caller, operation)) }).toEqual({
              caller,
              operation,
              ...expected,
            })
            const verdict = `${operation.name} ${expected.status} ${expected.reason ?? 'done'}`
            seen.verdicts.set(verdict, (seen.verdicts.get(verdict) ?? 0) + 1)
          }
        }),
        { numRuns: runs },
      )
      // It would be no wonder if nothing were ever done, or everything were.
      const verdicts = [...seen.verdicts]
      const sum = (counted: typeof verdicts) => counted.reduce((total, [, count]) => total + count, 0)
      expect(sum(verdicts)).toBeGreaterThanOrEqual(runs * stepsInRun)
      expect(sum(verdicts.filter(([verdict]) => verdict.endsWith('done')))).toBeGreaterThan((runs * stepsInRun) / 10)
      expect(new Set(verdicts.map(([verdict]) => verdict.split(' ')[2])).size).toBeGreaterThan(5)
      if (!isRelease) return
      for (const name of Object.keys(twins)) expect(seen.verdicts.get(`${name} 200 done`), name).toBeGreaterThan(20)
    },
  )
})
