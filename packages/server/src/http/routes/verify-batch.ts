import type { FastifyInstance } from 'fastify'
import { sentenceOf } from '@mintmark/core'
import type { Static } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { invalid, RefusedError } from '../../engine/refused.ts'
import { viewVerdict, type Question, type VerdictView } from '../../engine/verify.ts'
import { requireClientIp } from '../client-ip.ts'
import { addRoute } from '../route.ts'
import { VerifyBatchAnswer, VerifyBatchRequest, type VerifyRequest } from '../schemas/verify.ts'

export function addVerifyBatchRoutes(app: FastifyInstance, engine: Engine): void {
  addRoute(app, {
    operation: 'verifyBatch',
    method: 'POST',
    path: '/v1/verify/batch',
    tag: 'Verification',
    summary: 'Judge up to 100 credentials, each by itself',
    description: 'A mistake in any request refuses the whole batch before anything is spent.',
    body: VerifyBatchRequest,
    answer: { status: 200, schema: VerifyBatchAnswer },
    async handle({ body }) {
      // The schema refers to VerifyRequest by name, which its type cannot follow.
      const requests = body.requests as readonly Static<typeof VerifyRequest>[]
      const questions = requests.map((request, index) => questionOf(engine, request, index))
      return { value: { results: await Promise.all(questions.map((question) => judgeOne(engine, question))) } }
    },
  })
}

function questionOf(engine: Engine, request: Static<typeof VerifyRequest>, index: number): Question {
  const { key, clientIp, cost = 1, ...demand } = request
  try {
    requireClientIp(clientIp)
    return { key, demand: engine.parseDemand(demand), clientIp: clientIp ?? null, agent: null, cost }
  } catch (error) {
    const fault = error instanceof RefusedError ? error.faults[0] : undefined
    if (fault === undefined) throw error
    throw invalid(`requests[${index}].${fault.path}`, fault.message)
  }
}

/** A cost above the key's limit shows only when the key is known: that one request is wrong, not its batch. */
async function judgeOne(engine: Engine, question: Question): Promise<VerdictView> {
  const startedAtMs = performance.now()
  try {
    const verdict = await engine.judge(question)
    engine.metrics.answered(verdict.refusal?.reason ?? null, startedAtMs)
    return viewVerdict(verdict, engine.contract)
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    const message = sentenceOf(error.refusal, engine.contract.messages)
    return { valid: false, status: 400, reason: error.reason, message, key: null, session: null, rateLimit: null }
  }
}
