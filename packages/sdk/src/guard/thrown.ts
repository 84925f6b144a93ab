import { reasons, wholeSeconds, type Reason } from '@mintmark/core'
import { MintmarkError } from '../errors.ts'
import { unavailable, type Denial } from './refusal.ts'
import { Outage } from './verifier.ts'

/**
 * What an error that a handler threw is to the caller. Null: nobody's refusal, but a fault, of which he is told nothing.
 *
 * Refusals are those of `RefusedError`, of the client, of the engine in this process, and those of frameworks (a body
 * that is no JSON, or too large), which carry a status.
 */
export function denialOf(error: unknown): Denial | null {
  if (error instanceof MintmarkError) return denialOfClient(error)
  if (!isRecord(error)) return null
  return denialOfRefusal(error) ?? denialOfFramework(error)
}

/**
 * The guard has judged the caller's credential already: a 401 is about the application's own, and so is what answers
 * that is no Mintmark. Neither is the caller's to mend.
 */
function denialOfClient(error: MintmarkError): Denial | null {
  const { reason, status, message, retryAfterSeconds, faults } = error
  if (reason === null || reason === 'internal' || status === 401) return null
  return reason === 'unavailable' ? unavailable(new Outage(error)) : { reason, message, retryAfterSeconds, faults }
}

/** The engine's errors are known by what they carry: they come from another package. */
function denialOfRefusal({ refusal, reason, retryAfterMs, faults }: Fields): Denial | null {
  if (!isRecord(refusal)) return reason === 'unavailable' ? unavailable(new Outage(null)) : null
  const { reason: known, message, values } = refusal
  if (!isReason(known) || known === 'internal') return null
  return {
    reason: known,
    ...(typeof message === 'string' && { message }),
    ...(isRecord(values) && { values }),
    ...(typeof retryAfterMs === 'number' && { retryAfterSeconds: wholeSeconds(retryAfterMs) }),
    ...(Array.isArray(faults) && { faults }),
  }
}

const reasonsByStatus: Readonly<Record<number, Reason>> = {
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
}

/**
 * The sentence is never the framework's, which may repeat what was sent, but where it only says what a schema wants
 * (Fastify).
 */
function denialOfFramework({ status, statusCode = status, validation, message }: Fields): Denial | null {
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return null
  const reason = reasonsByStatus[statusCode] ?? 'invalid_request'
  return Array.isArray(validation) && typeof message === 'string' ? { reason, message } : { reason }
}

type Fields = Readonly<Record<string, unknown>>

function isReason(value: unknown): value is Reason {
  return reasons.some((reason) => reason === value)
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
