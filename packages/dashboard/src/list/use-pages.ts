import type { Pages } from '@mintmark/sdk'
import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query'
import { useMemo } from 'react'

export type PagedList<Item> = {
  /** Undefined: nothing has been read yet. */
  readonly data: readonly Item[] | undefined
  readonly error: Error | null
  readonly refetch: () => unknown
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  readonly loadMore: () => void
}

type PagesOptions = {
  /** Milliseconds; false: only when something was done, or the window is looked at again. */
  readonly refetchInterval?: number | false
  /** Default: true. */
  readonly enabled?: boolean
}

/** A list of the interface, of which more is read when somebody wants to see more. */
export function usePages<Item>(
  queryKey: QueryKey,
  list: (signal: AbortSignal) => Pages<Item>,
  { refetchInterval, enabled = true }: PagesOptions = {},
): PagedList<Item> {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    enabled,
    queryFn: ({ pageParam, signal }) => list(signal).page(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...(refetchInterval !== undefined && { refetchInterval }),
  })
  return {
    data: useMemo(() => data?.pages.flatMap((page) => page.data), [data]),
    error,
    refetch,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
  }
}
