import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errorMediaType, type Contract, type Refusal } from '@mintmark/core'
import type { Engine } from '../engine/engine.ts'
import { noPolicy } from '../engine/policy.ts'
import { invalidFields, type InputFault } from '../engine/refused.ts'
import { speaksContract } from './dialect.ts'
import { createRenderGraphql, graphqlMediaType } from './graphql-refusal.ts'
import { UnsupportedMediaType } from './json-body.ts'
import { lingerAfter } from './linger.ts'
import type { Log } from './log.ts'
import { refusalOf } from '../engine/refusal-of.ts'
import { createRenderError, type RenderError } from './problem.ts'
import { settle } from './spending.ts'
import { faultsOf } from './validation-faults.ts'

type Faulty = {
  readonly refusal: Refusal
  readonly faults: readonly InputFault[]
  readonly retryAfterMs: number | null
}

/** Translates whatever was thrown, once: refusals, outages, the framework's own errors; all else is 500 and logged. */
export function answerErrors(
  app: FastifyInstance,
  options: { readonly contract: Contract; readonly log: Log; readonly engine: Pick<Engine, 'metrics'> },
): void {
  const renderTenant = createRenderError(options.contract.errors, options.contract.messages)
  const renderOperator = createRenderError('problem', options.contract.messages)
  const renderGraphql = createRenderGraphql(options.contract.messages)
  const rendererFor = (request: FastifyRequest): RenderError => {
    const { described, policy = noPolicy } = request.routeOptions.config
    if (described?.isGraphql === true) return renderGraphql(graphqlMediaType(request.headers.accept))
    return speaksContract(policy) && !asksForProblem(request) ? renderTenant : renderOperator
  }
  app.setErrorHandler(async (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = await settledError(thrown, request, reply)
    const { refusal, faults, retryAfterMs } = refusalOf(error) ?? frameworkRefusal(error) ?? unknownRefusal()
    options.engine.metrics.storeFailed(error)
    if (refusal.reason === 'internal') options.log.failure(request.id, error)
    const render = rendererFor(request)
    const hasCredential = refusal.reason !== 'missing_key'
    const answer = render(refusal, { requestId: request.id, faults, retryAfterMs, hasCredential })
    for (let index = 0; index < answer.headers.length; index += 2) {
      void reply.header(answer.headers[index] ?? '', answer.headers[index + 1])
    }
    // What is left of a body that was too large is not worth reading.
    if (refusal.reason === 'payload_too_large') {
      void reply.header('Connection', 'close')
      lingerAfter(request.raw)
    }
    return reply.code(answer.status).serializer(identity).send(answer.body)
  })
}

/** A request that has not spent when it goes wrong has cost one: what its window says to that comes before the error. */
async function settledError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return settle(request, reply, 1).then(
    () => error,
    (refusal: unknown) => refusal,
  )
}

/**
 * Whoever names RFC 9457's type in Accept gets errors of that shape under every contract: a client that must know the
 * reason, which not every dialect tells.
 */
function asksForProblem({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes(errorMediaType('problem')) === true
}

function identity(text: unknown): string {
  return String(text)
}

function unknownRefusal(): Faulty {
  return { refusal: { reason: 'internal' }, faults: [], retryAfterMs: null }
}

/** The framework's errors that the caller caused. */
function frameworkRefusal(error: unknown): Faulty | null {
  if (error instanceof UnsupportedMediaType) return plain({ reason: 'unsupported_media_type' })
  if (!(error instanceof Error)) return null
  const { validation, validationContext, code, statusCode } = error as Partial<FastifyError>
  if (validation !== undefined) {
    return refusalOf(invalidFields(faultsOf(validation, validationContext)))
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return plain({ reason: 'payload_too_large' })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return plain({ reason: 'unsupported_media_type' })
  if (code === 'FST_ERR_MAX_PARAM_LENGTH' || statusCode === 404) return plain({ reason: 'not_found' })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return plain({ reason: 'invalid_request' })
  return null
}

function plain(refusal: Refusal): Faulty {
  return { refusal, faults: [], retryAfterMs: null }
}
