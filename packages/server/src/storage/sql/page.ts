import type { Page } from '../../engine/ports/storage.ts'

/** Row numbers start at 1 and stay far below this: a page without `before` begins at the newest. */
const afterEveryNumber = Number.MAX_SAFE_INTEGER

export function beforeNumber(page: Page): number {
  return page.before ?? afterEveryNumber
}
