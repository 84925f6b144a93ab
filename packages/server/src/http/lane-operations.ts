import { Verdict, VerifyRequest } from './schemas/verify.ts'
import { bodyReasons, problemResponses } from './schemas/errors.ts'

void [Verdict, VerifyRequest]

const security = [{ bearer: [] }, { apiKeyHeader: [] }]

function json(schema: string) {
  return { content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } }
}

const queryNames = ['permission', 'roles', 'projectId', 'organizationWide', 'environment']

/** The operations that the verify lane serves before the router sees them, as the document describes them. */
export const laneOperations = {
  '/v1/verify': {
    post: {
      operationId: 'verify',
      summary: 'Judge a credential',
      tags: ['Verification'],
      security,
      requestBody: { required: true, ...json('VerifyRequest') },
      responses: { 200: { description: 'The verdict.', ...json('Verdict') }, ...problemResponses(bodyReasons) },
    },
  },
  '/v1/forward-auth': {
    get: {
      operationId: 'forwardAuth',
      summary: 'Judge the credential of the request itself, for gateways (any method)',
      tags: ['Verification'],
      security,
      parameters: queryNames.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } })),
      responses: { 200: { description: 'Accepted: who it is, in X-Mintmark-* headers.' }, ...problemResponses() },
    },
  },
}
