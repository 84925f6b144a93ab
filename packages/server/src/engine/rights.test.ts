import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openingInProcess } from '../testing/in-process.ts'
import { kinds, rightsCommands } from '../testing/rights-commands.ts'
import { neverByKey } from '../testing/rights-model.ts'
import { nouns, RightsOrganization } from '../testing/rights-organization.ts'
import { isRelease } from '../testing/scale.ts'

/** Of one to eight commands, each on an organization of its own: in CI too. A release looks through more eyes. */
const runs = 10_000

type Look = readonly [viewer: number, noun: (typeof nouns)[number]]

function lookOf(nth: number): Look {
  return [Math.floor(nth / nouns.length), nouns[nth % nouns.length] ?? nouns[0]]
}

/** Through everybody's eyes at every list. */
function looksOf(actors: number): readonly Look[] {
  return Array.from({ length: actors * nouns.length }, (_, nth) => lookOf(nth))
}

describe('rights after any sequence of changes', () => {
  const open = openingInProcess()

  test(
    'of a key are within its list and its owner’s role now; nobody gives what he has not',
    { timeout: 3_600_000 },
    async () => {
      const mintmark = await open({
        contract: {
          name: 'Example',
          neverByKey: [neverByKey],
          minting: { keysManageKeys: true, perMemberPerDay: 1_000, activePerMember: 1_000 },
          tiers: { standard: { limit: 100_000, windowSeconds: 1 } },
          defaultTier: 'standard',
        },
      })
      const done = new Map<string, number>()
      const count = (what: string): void => void done.set(what, (done.get(what) ?? 0) + 1)
      const command = rightsCommands((kind, actor) => {
        count(kind)
        count('userId' in actor.as ? 'by a person' : actor.projectId === null ? 'by a key' : 'by a key of a project')
      })
      const sequence = fc
        .commands([command], { maxCommands: 8, size: 'max' })
        .filter((commands) => [...commands].length > 0)
      const property = fc.asyncProperty(sequence, fc.nat(), async (commands, nth) => {
        const { model, real } = await RightsOrganization.create(mintmark)
        await fc.asyncModelRun(() => ({ model, real }), commands)
        for (const [viewer, noun] of isRelease ? looksOf(model.actors) : [lookOf(nth)]) {
          await real.compareLists(model, model.actor(viewer), noun)
        }
        await real.compareVerdicts(model, model.key(nth))
      })
      await fc.assert(property, { numRuns: runs, endOnFailure: false })
      // Or nothing was tried.
      for (const kind of kinds) expect(done.get(kind) ?? 0, kind).toBeGreaterThan(runs / 50)
      for (const who of ['by a person', 'by a key', 'by a key of a project']) {
        expect(done.get(who) ?? 0, who).toBeGreaterThan(runs / 50)
      }
    },
  )
})
