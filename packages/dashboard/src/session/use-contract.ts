import type { Contract } from '@mintmark/sdk'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMintmark } from './session-context.ts'

/** The contract in force: which roles, permissions and environments there are. */
export function useContract(): UseQueryResult<Contract> {
  const mintmark = useMintmark()
  return useQuery({ queryKey: ['contract'], queryFn: () => mintmark.contract() })
}
