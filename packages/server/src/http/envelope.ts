import type { FastifyInstance } from 'fastify'
import type { Contract } from '@mintmark/core'
import { noPolicy } from '../engine/policy.ts'
import { dialectOf } from './dialect.ts'

/**
 * In the dialect `envelope` successes are wrapped as errors are (API.md section 6): `{"success":true,"data":…}` around
 * the answer. What has no content, 204, is 200 with null in it.
 */
export function wrapSuccesses(app: FastifyInstance, contract: Pick<Contract, 'errors'>): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { described, policy = noPolicy } = request.routeOptions.config
    if (described?.isGraphql === true) return payload
    if (reply.statusCode >= 300 || dialectOf(policy, contract.errors) !== 'envelope') return payload
    if (reply.statusCode === 204) void reply.code(200).header('Content-Type', 'application/json; charset=utf-8')
    return `{"success":true,"data":${typeof payload === 'string' && payload !== '' ? payload : 'null'}}`
  })
}
