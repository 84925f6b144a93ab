import type { Contract } from '@mintmark/sdk'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useOperator } from './operator-context.ts'

export function useOperatorContract(): UseQueryResult<Contract> {
  const { mintmark } = useOperator()
  return useQuery({ queryKey: ['contract'], queryFn: () => mintmark.contract() })
}
