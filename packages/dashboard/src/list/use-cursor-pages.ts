import type { Pages } from '@mintmark/sdk'
import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/react-query'
import { useState } from 'react'
import type { PagedList } from './use-pages.ts'

/** One page of a list at a time, and the way to those beside it. */
export type CursorPages<Item> = {
  readonly list: PagedList<Item>
  /** From 1. */
  readonly pageNumber: number
  /** Null: there is none. */
  readonly previous: (() => void) | null
  readonly next: (() => void) | null
}

/** The cursors of the pages before, and which list they are of: those of another lead nowhere. */
type Trail = { readonly of: string; readonly cursors: readonly (string | null)[] }

/**
 * A list of which one page is read, shown and read again at a time, however long it is: ten thousand rows cost what
 * fifty do.
 */
export function useCursorPages<Item>(
  queryKey: QueryKey,
  list: (signal: AbortSignal) => Pages<Item>,
  { refetchInterval }: { readonly refetchInterval: number },
): CursorPages<Item> {
  const of = JSON.stringify(queryKey)
  const [kept, setTrail] = useState<Trail>({ of, cursors: [null] })
  const trail: Trail = kept.of === of ? kept : { of, cursors: [null] }
  const cursor = trail.cursors.at(-1) ?? null
  const { data, error, refetch } = useQuery({
    queryKey: [...queryKey, cursor],
    queryFn: ({ signal }) => list(signal).page(cursor),
    placeholderData: keepPreviousData,
    refetchInterval,
  })
  const nextCursor = data?.nextCursor ?? null
  return {
    list: { data: data?.data, error, refetch, hasMore: false, isLoadingMore: false, loadMore: () => {} },
    pageNumber: trail.cursors.length,
    previous: trail.cursors.length > 1 ? () => setTrail({ of, cursors: trail.cursors.slice(0, -1) }) : null,
    next: nextCursor === null ? null : () => setTrail({ of, cursors: [...trail.cursors, nextCursor] }),
  }
}
