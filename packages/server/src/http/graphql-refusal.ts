import { reasonTable, statusOf, wholeSeconds, type Contract, type RefusalAnswer } from '@mintmark/core'
import { createRenderError, type RenderError } from './problem.ts'

/** GraphQL over HTTP's own type, and the one of before: the same content and statuses. */
export const graphqlMediaTypes = ['application/graphql-response+json', 'application/json'] as const
export type GraphqlMediaType = (typeof graphqlMediaTypes)[number]

/** Their own type is for who names it in Accept. */
export function graphqlMediaType(accept: string | undefined): GraphqlMediaType {
  const [own, usual] = graphqlMediaTypes
  return accept?.includes(own) === true ? own : usual
}

/** What is refused before any field is looked at, in the shape in which fields are refused. */
export function createRenderGraphql(messages: Contract['messages']): (mediaType: GraphqlMediaType) => RenderError {
  const renderReason = createRenderError('reason', messages)
  return (mediaType) => (refusal, details) => {
    const answer = renderReason(refusal, details)
    const { reason } = refusal
    const { message } = JSON.parse(answer.body) as { readonly message: string }
    const { requestId, faults = [], retryAfterMs = null } = details
    const extensions = {
      reason,
      status: statusOf(reason),
      title: reasonTable[reason].title,
      requestId,
      ...(retryAfterMs !== null && { retryAfterSeconds: wholeSeconds(retryAfterMs) }),
      ...(faults.length > 0 && { errors: faults }),
    }
    return { ...answer, headers: typed(answer, mediaType), body: JSON.stringify({ errors: [{ message, extensions }] }) }
  }
}

function typed({ headers }: RefusalAnswer, mediaType: GraphqlMediaType): readonly string[] {
  const at = headers.indexOf('Content-Type') + 1
  return headers.with(at, `${mediaType}; charset=utf-8`)
}
