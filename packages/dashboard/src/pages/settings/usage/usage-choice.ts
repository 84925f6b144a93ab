import { usageRanges, type UsageRange } from '../../../usage/usage-range.ts'

/** What is looked at. Empty: all of them. */
export type UsageChoice = {
  readonly range: UsageRange
  readonly projectId: string
  readonly environment: '' | 'live' | 'test'
}

export function usageQueryOf({ range, projectId, environment }: UsageChoice, nowMs: number) {
  const { lengthMs, bucket } = usageRanges[range]
  return {
    from: new Date(nowMs - lengthMs).toISOString(),
    bucket,
    ...(projectId !== '' && { projectId }),
    ...(environment !== '' && { environment }),
  }
}
