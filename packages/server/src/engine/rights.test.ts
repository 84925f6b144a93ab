import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openingInProcess } from '../testing/in-process.ts'
import { kinds, rightsCommands, type Kind } from '../testing/rights-commands.ts'
import type { RightsModel } from '../testing/rights-model.ts'
import { RightsOrganization } from '../testing/rights-organization.ts'
import { isRelease } from '../testing/scale.ts'

/** Of eight commands at most, each on an organization of its own. */
const runs = 10_000

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
      const done = new Map<Kind, number>()
      let turn = 0
      const run = async (commands: Iterable<fc.AsyncCommand<RightsModel, RightsOrganization>>): Promise<void> => {
        const { model, real } = await RightsOrganization.create(mintmark, done)
        await fc.asyncModelRun(() => ({ model, real }), commands)
        // In CI each run looks through the eyes of another, in a release through everybody's.
        turn += 1
        const viewers = isRelease ? model.viewers : [model.actor(turn % model.viewers.length)]
        for (const viewer of viewers) await real.compareLists(model, viewer)
        await real.comparePermissions(model, model.key(turn))
      }
      const sequence = fc.commands([rightsCommands], { maxCommands: 8, size: 'max' })
      await fc.assert(fc.asyncProperty(sequence, run), { numRuns: runs, endOnFailure: false })
      // Or nothing was tried.
      for (const kind of kinds) expect(done.get(kind) ?? 0, kind).toBeGreaterThan(runs / 50)
    },
  )
})
