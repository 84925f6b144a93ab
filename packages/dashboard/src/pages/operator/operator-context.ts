import type { Mintmark } from '@mintmark/sdk'
import { createContext, use } from 'react'

export type Operator = {
  /** With the operator key that was typed in. */
  readonly mintmark: Mintmark
  readonly forget: () => void
}

export const OperatorContext = createContext<Operator | null>(null)

export function useOperator(): Operator {
  const operator = use(OperatorContext)
  if (operator === null) throw new Error('This is for who holds an operator key.')
  return operator
}
