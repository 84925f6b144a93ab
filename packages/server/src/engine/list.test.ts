import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createCursors } from './cursor.ts'
import { createKeyring } from './keyring.ts'
import { defaultPageLimit, maxPageLimit, writePage, type PageInput } from './list.ts'
import type { Page } from './ports/storage.ts'

const keyring = createKeyring({ current: randomBytes(32), previous: null })
const cursors = createCursors(keyring)

/** Rows with the numbers `highest` down to 1, as a store reads them. */
function rows(highest: number) {
  const asked: Page[] = []
  const read = async (page: Page) => {
    asked.push(page)
    const from = Math.min(highest, (page.before ?? Infinity) - 1)
    const count = Math.max(0, Math.min(page.limit, from))
    return Array.from({ length: count }, (_, index) => ({ number: from - index, view: from - index }))
  }
  return { asked, page: (input: PageInput, context = 'a') => writePage(cursors, context, input, read) }
}

test('a page has 50 unless another number is asked for', async () => {
  const { page, asked } = rows(60)
  expect((await page({})).data).toHaveLength(defaultPageLimit)
  expect(asked).toEqual([{ before: null, limit: defaultPageLimit + 1 }])
  expect((await page({ limit: 3 })).data).toEqual([60, 59, 58])
})

test.each([0, 1, 49, 50, 51, 100, 101])(
  '%i rows are each shown once, and the end is known without another question',
  async (count) => {
    const { page, asked } = rows(count)
    const shown: number[] = []
    let cursor: string | null = null
    do {
      const answer: { data: readonly number[]; nextCursor: string | null } = await page(
        cursor === null ? {} : { cursor },
      )
      shown.push(...answer.data)
      cursor = answer.nextCursor
    } while (cursor !== null)
    expect(shown).toEqual(Array.from({ length: count }, (_, index) => count - index))
    expect(asked).toHaveLength(Math.max(1, Math.ceil(count / defaultPageLimit)))
  },
)

test.each([0, -1, maxPageLimit + 1, 1.5, Number.NaN, Infinity])('a limit of %d is refused', async (limit) => {
  await expect(rows(1).page({ limit })).rejects.toMatchObject({
    reason: 'invalid_request',
    faults: [{ path: 'limit' }],
  })
})

test('a cursor leads on from where it was given, and only in its own list', async () => {
  const { page } = rows(10)
  const { nextCursor } = await page({ limit: 4 })
  expect((await page({ limit: 2, cursor: nextCursor ?? '' })).data).toEqual([6, 5])
  await expect(page({ cursor: nextCursor ?? '' }, 'b')).rejects.toMatchObject({ faults: [{ path: 'cursor' }] })
})
