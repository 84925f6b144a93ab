import {
  createAnswerRefusal,
  wholeSeconds,
  type Contract,
  type ErrorDialect,
  type Refusal,
  type RefusalAnswer,
} from '@mintmark/core'
import { withoutSecrets } from '../engine/lost-secrets.ts'
import type { InputFault } from '../engine/refused.ts'

export type ErrorDetails = {
  readonly requestId: string
  readonly faults?: readonly InputFault[]
  readonly retryAfterMs?: number | null
  /** Whether a credential was sent: RFC 6750 section 3 gives an error code only then. */
  readonly hasCredential: boolean
}

/** Makes answers of refusals, once for all endpoints. */
export type RenderError = (refusal: Refusal, details: ErrorDetails) => RefusalAnswer

export function createRenderError(dialect: ErrorDialect, messages: Contract['messages']): RenderError {
  const answer = createAnswerRefusal(dialect, messages)
  return (refusal, { requestId, faults = [], retryAfterMs = null, hasCredential }) =>
    answer(tellable(refusal), {
      requestId,
      faults: faults.map(tellableFault),
      retryAfterSeconds: retryAfterMs === null ? null : wholeSeconds(retryAfterMs),
      hasCredential,
    })
}

function tellable(refusal: Refusal): Refusal {
  return refusal.message === undefined ? refusal : { ...refusal, message: withoutSecrets(refusal.message) }
}

function tellableFault({ path, message }: InputFault): InputFault {
  return { path: withoutSecrets(path), message: withoutSecrets(message) }
}
