import type { Cursors } from './cursor.ts'
import type { Page } from './ports/storage.ts'
import { invalid } from './refused.ts'

export const defaultPageLimit = 50
export const maxPageLimit = 100

/** `limit` 1 to 100; `cursor` the `nextCursor` of the page before. */
export type PageInput = { readonly limit?: number; readonly cursor?: string }

export type ListPage<T> = { readonly data: readonly T[]; readonly nextCursor: string | null }

/**
 * One page of a list, newest first. `context` names whose list it is and how it is filtered: a cursor is good for that
 * alone. Reads one row more than it shows, to know whether there is a next page.
 */
export async function writePage<T>(
  cursors: Cursors,
  context: string,
  input: PageInput,
  read: (page: Page) => Promise<readonly { readonly number: number; readonly view: T }[]>,
): Promise<ListPage<T>> {
  const limit = requirePageLimit(input)
  const before = input.cursor === undefined ? null : cursors.read(context, input.cursor)
  const rows = await read({ before, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    data: shown.map(({ view }) => view),
    nextCursor: rows.length > limit && last !== undefined ? cursors.write(context, last.number) : null,
  }
}

export function requirePageLimit({ limit = defaultPageLimit }: PageInput): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPageLimit) return limit
  throw invalid('limit', `Give a whole number from 1 to ${maxPageLimit}.`)
}
