import type { Reason } from '@mintmark/core'
import type { TSchema } from 'typebox'
import type { Policy } from '../../engine/policy.ts'
import type { HeaderName } from './headers.ts'

/** An answer that is no error. Without a schema it has no content. */
export type DescribedAnswer = {
  readonly status: number
  readonly description: string
  readonly schema?: TSchema | { readonly $ref: string }
  /** Without parameters. Default: JSON. */
  readonly mediaTypes?: readonly string[]
  readonly headers?: readonly HeaderName[]
}

/** One operation as the document tells of it. The route is made from the same values, so that the document is true. */
export type DescribedOperation = {
  /** Unique in the document. */
  readonly operationId: string
  readonly method: string
  /** As the router has it: `/v1/api-keys/:id`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly policy: Policy
  readonly body?: TSchema
  readonly query?: TSchema
  readonly answers: readonly DescribedAnswer[]
  /** Reasons besides those that any request of its kind may meet. */
  readonly reasons: readonly Reason[]
  /** False where a body is left on the connection, whatever it is. */
  readonly readsBody: boolean
  /** Its answers and refusals have the shape of GraphQL's. */
  readonly isGraphql?: true
}

/** Whether an operation remembers an Idempotency-Key. */
export function takesIdempotencyKey({ method, reasons }: DescribedOperation): boolean {
  return method === 'POST' && reasons.includes('idempotency_mismatch')
}

/** Whether a body must be there: not where every field of it may be left out. */
export function requiresBody(body: TSchema): boolean {
  return !('properties' in body) || 'required' in body
}
