import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Contract, Refusal } from '@mintmark/core'
import { noPolicy } from '../engine/policy.ts'
import type { InputFault } from '../engine/refused.ts'
import { speaksContract } from './dialect.ts'
import { UnsupportedMediaType } from './json-body.ts'
import type { Log } from './log.ts'
import { createRenderError, refusalOf, type RenderError } from './problem.ts'

type Faulty = {
  readonly refusal: Refusal
  readonly faults: readonly InputFault[]
  readonly retryAfterMs: number | null
}

/** Translates whatever was thrown, once: refusals, outages, the framework's own errors; all else is 500 and logged. */
export function answerErrors(app: FastifyInstance, options: { readonly contract: Contract; readonly log: Log }): void {
  const renderTenant = createRenderError(options.contract.errors, options.contract.messages)
  const renderOperator = createRenderError('problem', options.contract.messages)
  app.setErrorHandler(async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const { refusal, faults, retryAfterMs } = refusalOf(error) ?? frameworkRefusal(error) ?? unknownRefusal()
    if (refusal.reason === 'internal') options.log.failure(request.id, error)
    const render: RenderError = speaksContract(request.routeOptions.config.policy ?? noPolicy)
      ? renderTenant
      : renderOperator
    const hasCredential = request.headers.authorization !== undefined || request.headers['x-api-key'] !== undefined
    const answer = render(refusal, { requestId: request.id, faults, retryAfterMs, hasCredential })
    for (let index = 0; index < answer.headers.length; index += 2) {
      void reply.header(answer.headers[index] ?? '', answer.headers[index + 1])
    }
    // What is left of a body that was too large is not worth reading.
    if (refusal.reason === 'payload_too_large') void reply.header('Connection', 'close')
    return reply.code(answer.status).serializer(identity).send(answer.body)
  })
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
    const faults = validation.map((fault) => faultOf(fault, validationContext))
    const [first] = faults
    return { refusal: { reason: 'invalid_request', message: first?.message ?? '' }, faults, retryAfterMs: null }
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

type ValidationFault = {
  readonly instancePath: string
  readonly keyword: string
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
}

/** `/permissions/2` becomes `permissions[2]`; an unknown or missing field is named itself. */
function faultOf(fault: ValidationFault, context: string | undefined): InputFault {
  const parts = fault.instancePath.split('/').slice(1).map(unescapePointer)
  const name = fault.params.additionalProperty ?? fault.params.missingProperty
  if (typeof name === 'string') parts.push(name)
  const path = parts.reduce((text, part) => joinPath(text, part), '')
  const where = path === '' ? (context === 'querystring' ? 'The query' : 'The body') : path
  if (fault.keyword === 'additionalProperties') return { path, message: `There is no field ${where} here.` }
  if (fault.keyword === 'required') return { path, message: `${where} is required.` }
  if (fault.keyword === 'enum' && Array.isArray(fault.params.allowedValues)) {
    return { path, message: `${where} must be one of: ${fault.params.allowedValues.join(', ')}.` }
  }
  return { path, message: `${where} ${fault.message ?? 'is wrong'}.` }
}

function joinPath(path: string, part: string): string {
  if (/^[0-9]+$/.test(part)) return `${path}[${part}]`
  return path === '' ? part : `${path}.${part}`
}

/** RFC 6901 section 4. */
function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
