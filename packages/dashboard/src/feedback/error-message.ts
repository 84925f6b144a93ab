import { MintmarkError } from '@mintmark/sdk'
import { feedbackText as text } from '../text/feedback.ts'

/** What a person is told: the server's own sentence first, then each mistake that it named, then how to ask about it. */
export function messagesOf(error: Error): readonly [string, ...string[]] {
  if (!(error instanceof MintmarkError)) return [error.message]
  const { faults, status, requestId } = error
  const more = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const quoted = status >= 500 && requestId !== null ? [text.requestId(requestId)] : []
  return [error.message, ...more, ...quoted]
}
