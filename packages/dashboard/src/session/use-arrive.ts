import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { personQueryKey } from './use-person.ts'

/** Goes on as whoever has just signed in. */
export function useArrive(): (path: string) => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async (path) => {
    await queries.refetchQueries({ queryKey: personQueryKey })
    await navigate(path, { replace: true })
  }
}
