import type { Page } from 'playwright-core'
import { until } from '../../packages/server/src/testing/until.ts'

/** What a screen reader would call the element that has the focus. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const element = document.activeElement
    return element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText ?? ''
  })()`)
}

/** Waits until what has this name, or one that begins so, has the focus: dialogs give and take it a moment later. */
export async function whenFocused(page: Page, name: string): Promise<void> {
  await until(async () => ((await focused(page)).startsWith(name) ? true : null))
}
