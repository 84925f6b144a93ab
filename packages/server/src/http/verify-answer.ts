import { sentenceOf, statusOf, wholeSeconds, type Contract, type WindowDecision } from '@mintmark/core'
import { asciiJson } from '../engine/holder.ts'
import type { Verdict } from '../engine/verify.ts'

/**
 * A verdict as the body of `POST /v1/verify`, in ASCII: what `viewVerdict` says, put together from texts made before,
 * because JSON.stringify of the whole took longer than the verification itself.
 */
export function writeVerdict(verdict: Verdict, messages: Contract['messages']): string {
  const { refusal, holder, window } = verdict
  const opening =
    refusal === null
      ? '{"valid":true,"status":200,"reason":null,"message":null,"key":'
      : `{"valid":false,"status":${statusOf(refusal.reason)},"reason":"${refusal.reason}","message":${asciiJson(
          sentenceOf(refusal, messages),
        )},"key":`
  const key = holder?.kind === 'key' ? holder.json : 'null'
  const session = holder?.kind === 'session' ? holder.json : 'null'
  return `${opening}${key},"session":${session},"rateLimit":${window === null ? 'null' : writeWindow(window)}}`
}

function writeWindow(window: WindowDecision): string {
  const retryAfterSeconds = window.admitted ? 0 : wholeSeconds(window.retryAfterMs)
  return `{"limit":${window.limit},"remaining":${window.remaining},"resetSeconds":${Math.ceil(
    window.resetMs / 1000,
  )},"retryAfterSeconds":${retryAfterSeconds},"windowSeconds":${window.windowMs / 1000}}`
}
