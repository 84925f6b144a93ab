import { MintmarkError, type Fault } from '@mintmark/sdk'
import { AuthError } from '../auth/auth-error.ts'
import { feedbackText as text } from '../text/feedback.ts'

/** What a person is told: the server's own sentence, each mistake with its field, then how to ask about it. */
export function messagesOf(error: Error): readonly [string, ...string[]] {
  if (error instanceof AuthError) return sentencesOf(error)
  if (!(error instanceof MintmarkError)) return [error.message]
  const { status, requestId } = error
  const quoted = status >= 500 && requestId !== null ? [text.requestId(requestId)] : []
  return [...sentencesOf(error), ...quoted]
}

/** The server's own sentence is that of its first mistake, where it names one: it is said once. */
function sentencesOf({ message, faults }: MintmarkError | AuthError): readonly [string, ...string[]] {
  const named = faults.map(nameField)
  const [first, ...more] = named
  return first !== undefined && faults[0]?.message === message ? [first, ...more] : [message, ...named]
}

/** `ipAllowlist[1]`, as its field is labelled. Some sentences begin with the path by themselves. */
function nameField({ path, message }: Fault): string {
  const rest = message.startsWith(`${path} `) ? message.slice(path.length) : `: ${message}`
  if (path === '') return message
  const labels: Readonly<Record<string, string>> = text.fields
  return `${labels[path.replace(/\[\d+\]$/, '')] ?? path}${rest}`
}
