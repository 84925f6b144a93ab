import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openingInProcess } from '../testing/in-process.ts'
import { RightsModel, stepArbitrary, type Step } from '../testing/rights-model.ts'
import { count, isRelease } from '../testing/scale.ts'

/** Each of eight steps at most, on an organization of its own. */
const runs = count(1_000, 10_000)

describe('rights after any sequence of changes', () => {
  const open = openingInProcess()

  test(
    'of a key are within its list and its owner’s role now; nobody gives what he has not',
    { timeout: 1_800_000 },
    async () => {
      const mintmark = await open({
        contract: {
          name: 'Example',
          neverByKey: ['organization:write'],
          minting: { keysManageKeys: true, perMemberPerDay: 1_000, activePerMember: 1_000 },
          tiers: { standard: { limit: 100_000, windowSeconds: 1 } },
          defaultTier: 'standard',
        },
      })
      const done = new Map<Step['kind'], number>()
      let turn = 0
      const takeSteps = async (steps: readonly Step[]): Promise<void> => {
        const model = await RightsModel.create(mintmark)
        for (const step of steps) {
          if (await model.take(step)) done.set(step.kind, (done.get(step.kind) ?? 0) + 1)
          await model.compareRights()
        }
        turn += 1
        // In CI each run looks through the eyes of another, in a release through everybody's.
        const eyes = isRelease ? Array.from({ length: model.viewers }, (_, viewer) => viewer) : [turn % model.viewers]
        for (const viewer of eyes) await model.compareLists(viewer)
        await model.comparePermissions()
      }
      await fc.assert(
        fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 8, size: 'max' }), takeSteps),
        {
          numRuns: runs,
          endOnFailure: false,
        },
      )
      // Or nothing was tried.
      for (const kind of ['mint', 'list', 'rotate', 'transfer', 'role', 'status', 'remove'] as const) {
        expect(done.get(kind) ?? 0, kind).toBeGreaterThan(runs / 50)
      }
    },
  )
})
