import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { until } from '../../packages/server/src/testing/until.ts'
import { colorSchemes, inspect, type DashboardStage, type Person } from './dashboard-stage.ts'
import { isRelease } from '../../packages/server/src/testing/scale.ts'

/** For a whole review: the machine may be busy. */
export const reviewMs = 240_000

type Reviewed = {
  /** Of its screenshots. */
  readonly name: string
  readonly path: string
  /** Brings the page to where it is to be looked at: what is in it is there, or a dialog is open. */
  readonly arrive: (page: Page) => Promise<unknown>
}

/**
 * Looks at a page: axe finds nothing, and nothing is wider than the window. In a release in both colours and at every
 * width; in CI, which has twenty minutes for everything, a page has one colour, which is by its name.
 */
export async function review(stage: DashboardStage, person: Person | null, reviewed: Reviewed): Promise<void> {
  const { name, path, arrive } = reviewed
  const looked = isRelease ? colorSchemes : colorSchemes.filter((_, index) => index === name.length % 2)
  for (const colorScheme of looked) {
    const { page, outside, complaints } = await stage.open(person, path, { colorScheme })
    await arrive(page)
    expect(await inspect(page, name, colorScheme)).toEqual([])
    await page.setViewportSize({ width: 360, height: 800 })
    // The navigation slides out of sight first.
    const fits = 'document.documentElement.scrollWidth <= window.innerWidth'
    await until(async () => ((await page.evaluate(fits)) === true ? true : null))
    expect([outside, complaints]).toEqual([[], []])
    await stage.closePages()
  }
}
