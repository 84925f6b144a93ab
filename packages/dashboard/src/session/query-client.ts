import { MintmarkError } from '@mintmark/sdk'
import { QueryClient } from '@tanstack/react-query'

/** While something cannot be read it is asked for again, so that a page mends itself when the server is back. */
const againAfterErrorMs = 5_000

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The SDK has tried again by itself.
        retry: false,
        staleTime: 5_000,
        refetchInterval: ({ state }) => (isPassing(state.error) ? againAfterErrorMs : false),
        // A browser that thinks itself offline may be on the machine that it asks.
        networkMode: 'always',
      },
    },
  })
}

/** What time alone may mend. */
function isPassing(error: Error | null): boolean {
  return error !== null && (!(error instanceof MintmarkError) || error.status >= 500 || error.status === 429)
}
