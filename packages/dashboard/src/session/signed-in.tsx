import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router'
import { authClient } from '../auth/auth-client.ts'
import { ErrorState } from '../feedback/error-state.tsx'
import { PageLoader } from '../feedback/page-loader.tsx'
import { PersonContext } from './person-context.ts'
import { signInPath } from './return-to.ts'
import { personQueryKey, usePerson } from './use-person.ts'

/** What is below is for whoever is signed in. Everybody else goes to sign-in, and comes back from there. */
export function SignedIn() {
  const { data: person, error, refetch } = usePerson()
  const { pathname, search } = useLocation()
  const queries = useQueryClient()
  const forget = useCallback(() => queries.setQueryData(personQueryKey, null), [queries])
  const value = useMemo(
    () =>
      person == null
        ? null
        : { person, forget, refresh: () => refetch(), signOut: () => authClient.signOut().then(forget) },
    [person, forget, refetch],
  )
  if (value !== null) {
    return (
      <PersonContext value={value}>
        <Outlet />
      </PersonContext>
    )
  }
  if (person === null) return <Navigate to={signInPath(`${pathname}${search}`)} replace />
  return error === null ? <PageLoader /> : <ErrorState error={error} onRetry={() => void refetch()} />
}
