import { parseChosenId } from '@mintmark/core'
import { hostCaller, type CallerIn, type OperatorCaller, type Origin } from './caller.ts'
import { notFound } from './refused.ts'

/** The host inside an organization, by an id that may come from anywhere. Throws 404 for what can be no organization's. */
export function hostCallerIn(organizationId: string, origin: Origin): OperatorCaller & CallerIn {
  const id = parseChosenId('org', organizationId)
  if (id === null) throw notFound()
  return { ...hostCaller(id, origin), organizationId: id }
}
