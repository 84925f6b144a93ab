import type { RefusalAnswer } from '@mintmark/core'
import { headerPairs } from './header-pairs.ts'

/** Path and query of a whole URL, to the character: `new URL` would make another of some. */
export function targetOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + '://'.length)
  return start === -1 ? '/' : url.slice(start)
}

export function responseOf({ status, headers, body }: RefusalAnswer, method: string): Response {
  return new Response(method === 'HEAD' ? null : body, { status, headers: headerPairs(headers) })
}
