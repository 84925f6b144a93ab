import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { authClient, type Person } from '../auth/auth-client.ts'
import { AuthError } from '../auth/auth-error.ts'

export const personQueryKey = ['person'] as const

/** Who is signed in in this browser; null: nobody. */
export function usePerson(): UseQueryResult<Person | null> {
  return useQuery({
    queryKey: personQueryKey,
    queryFn: () =>
      authClient.me().catch((error: unknown) => {
        if (error instanceof AuthError && error.isSignedOut) return null
        throw error
      }),
  })
}
