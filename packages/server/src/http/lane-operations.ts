import { Type } from 'typebox'
import { policies } from '../engine/policy.ts'
import type { DescribedOperation } from './openapi/described-operation.ts'
import { holderHeaders, windowHeaders } from './openapi/headers.ts'
import { ForwardAuthQuery } from './schemas/verify.ts'

const verify: DescribedOperation = {
  operationId: 'verify',
  method: 'POST',
  path: '/v1/verify',
  tag: 'Verification',
  summary: 'Judge a credential',
  description: 'Always 200 when the call itself is right: whether the credential is accepted is in the body.',
  policy: policies.verify,
  body: Type.Ref('VerifyRequest#'),
  answers: [{ status: 200, description: 'The verdict.', schema: Type.Ref('Verdict#'), headers: ['X-Request-Id'] }],
  reasons: [],
  readsBody: true,
}

/** Every method that a gateway may hand on; their operationIds differ because they must. */
const forwardAuthIds = {
  GET: 'forwardAuth',
  PUT: 'forwardAuthOfPut',
  POST: 'forwardAuthOfPost',
  DELETE: 'forwardAuthOfDelete',
  OPTIONS: 'forwardAuthOfOptions',
  HEAD: 'forwardAuthOfHead',
  PATCH: 'forwardAuthOfPatch',
  TRACE: 'forwardAuthOfTrace',
} as const

function forwardAuthBy([method, operationId]: readonly [string, string]): DescribedOperation {
  return {
    operationId,
    method,
    path: '/v1/forward-auth',
    tag: 'Verification',
    summary: 'Judge the credential of the request itself, for gateways',
    description: 'Any method will do; a body is never read.',
    policy: policies.forwardAuth,
    query: ForwardAuthQuery,
    answers: [
      {
        status: 200,
        description: 'Accepted: whose it is, in headers that are always there.',
        headers: ['X-Request-Id', 'Cache-Control', ...holderHeaders, ...windowHeaders],
      },
    ],
    reasons: [],
    readsBody: false,
  }
}

/** The operations that the verify lane serves before the router sees them. */
export const laneOperations: readonly DescribedOperation[] = [
  verify,
  ...Object.entries(forwardAuthIds).map(forwardAuthBy),
]
