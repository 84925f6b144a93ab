import { readProjectId } from '../keys/key-requests.ts'
import { readTime } from '../read-time.ts'
import type { UsageQuery } from './read-usage.ts'

/** As every interface writes it: ids as texts, times by RFC 3339. */
type Written = { readonly projectId?: string; readonly from?: string; readonly to?: string }
type Read<Request> = Omit<Request, keyof Written> & Pick<UsageQuery, 'projectId' | 'fromMs' | 'toMs'>

export function readUsageRequest<Request extends Written>({ projectId, from, to, ...rest }: Request): Read<Request> {
  return {
    ...rest,
    ...(projectId !== undefined && { projectId: readProjectId('projectId', projectId) }),
    ...(from !== undefined && { fromMs: readTime('from', from) }),
    ...(to !== undefined && { toMs: readTime('to', to) }),
  }
}
