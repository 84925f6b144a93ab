import { reasonTable, sentenceOf, statusOf, wholeSeconds, type Contract, type Refusal } from '@mintmark/core'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { withoutSecrets } from '../engine/lost-secrets.ts'
import { refusalOf } from '../engine/refusal-of.ts'
import { RefusedError, type InputFault } from '../engine/refused.ts'

export type ToldError = {
  readonly error: GraphQLFormattedError
  /** What failed on our side, of which the caller is told as little as can be; null: it is a refusal. */
  readonly failure: unknown
}

/**
 * What a caller is told of an error: reason and status of the closed table, the sentence that is said over HTTP too.
 * Nothing else of it leaves the server.
 */
export function tellError(error: GraphQLError, messages: Contract['messages']): ToldError {
  const cause = error.originalError
  // Of the language itself, and of arguments: the only words that are not ours.
  if (cause == null || cause instanceof GraphQLError) {
    return { error: written(error, { reason: 'invalid_request', message: error.message }, messages), failure: null }
  }
  const known = refusalOf(cause)
  if (known === null) return { error: written(error, { reason: 'internal' }, messages), failure: cause }
  return {
    error: written(error, known.refusal, messages, known),
    failure: cause instanceof RefusedError ? null : cause,
  }
}

function written(
  { locations, path }: GraphQLError,
  refusal: Refusal,
  messages: Contract['messages'],
  details: { readonly faults?: readonly InputFault[]; readonly retryAfterMs?: number | null } = {},
): GraphQLFormattedError {
  const { reason, values } = refusal
  const { faults = [], retryAfterMs = null } = details
  return {
    message: withoutSecrets(sentenceOf(refusal, messages)),
    ...(locations !== undefined && { locations }),
    ...(path !== undefined && { path }),
    extensions: {
      reason,
      status: statusOf(reason),
      title: reasonTable[reason].title,
      ...(retryAfterMs !== null && { retryAfterSeconds: wholeSeconds(retryAfterMs) }),
      ...(reason === 'creation_limit' && values?.resetAt !== undefined && { resetAt: isoTime(values.resetAt) }),
      ...(faults.length > 0 && { errors: faults.map(tellFault) }),
    },
  }
}

function tellFault({ path, message }: InputFault): InputFault {
  return { path: withoutSecrets(path), message: withoutSecrets(message) }
}

function isoTime(text: string | number): string {
  return new Date(text).toISOString()
}
