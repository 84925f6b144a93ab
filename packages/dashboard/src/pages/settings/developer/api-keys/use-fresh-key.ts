import type { ApiKey } from '@mintmark/sdk'
import { useQuery } from '@tanstack/react-query'
import { useMintmark } from '../../../../session/session-context.ts'

/** The key as it is now, for who is about to end it: a list may be seconds old, and a use since then is what counts. */
export function useFreshKey(known: ApiKey): ApiKey {
  const mintmark = useMintmark()
  const { data } = useQuery({
    queryKey: ['key', known.id],
    queryFn: ({ signal }) => mintmark.keys.get(known.id, { signal }),
    initialData: known,
    staleTime: 0,
  })
  return data
}
