import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WindowDecision } from '@mintmark/core'
import { Type } from 'typebox'
import type { Caller } from '../../engine/caller.ts'
import type { Metrics } from '../../engine/metrics.ts'
import { policies, type Operation } from '../../engine/policy.ts'
import { refusalOf } from '../../engine/refusal-of.ts'
import { invalidFields } from '../../engine/refused.ts'
import { graphqlMediaType, graphqlMediaTypes, type GraphqlMediaType } from '../graphql-refusal.ts'
import type { Log } from '../log.ts'
import type { DescribedOperation } from '../openapi/described-operation.ts'
import { callOf } from '../route.ts'
import { GraphqlBody } from '../schemas/graphql.ts'
import { settle } from '../spending.ts'
import { faultsOf } from '../validation-faults.ts'

/** The other interface on the same engine. */
export type AnswerGraphql = (request: {
  readonly body: string
  readonly mediaType: GraphqlMediaType
  readonly caller: Caller
  /** Throws 400 unless this is the body or the query that the operation takes over HTTP. */
  readonly check: (operation: Operation, input: object) => void
  /** Throws `RefusedError`, having spent nothing. */
  readonly spend: (cost: number) => Promise<WindowDecision | null>
}) => Promise<{ readonly status: number; readonly body: string; readonly failures: readonly unknown[] }>

export type GraphqlRouteParts = {
  readonly answer: AnswerGraphql
  readonly log: Log
  readonly metrics: Metrics
  /** What there is over HTTP: what it takes is taken here. */
  readonly operations: readonly DescribedOperation[]
}

const described: DescribedOperation = {
  operationId: 'graphql',
  method: 'POST',
  path: '/graphql',
  tag: 'GraphQL',
  summary: 'Reading and changing keys by GraphQL',
  description:
    'What is done, may be done and is refused is the same as by the operations of the same names; `extensions.reason` ' +
    'and `extensions.status` say why not. Each field at the root costs one, all of them at once. At most 8 levels of ' +
    'fields, 10 fields at the root, 15 aliases, 10 directives, 1,000 tokens; no batches. Whoever has a credential may ' +
    'ask for the schema. Idempotency-Key is ignored.',
  policy: policies.graphql,
  body: GraphqlBody,
  answers: [
    {
      status: 200,
      description: 'What was done, and what was refused field by field.',
      schema: Type.Ref('GraphqlAnswer#'),
      mediaTypes: graphqlMediaTypes,
    },
  ],
  reasons: [],
  readsBody: true,
  isGraphql: true,
}

export function addGraphqlRoutes(app: FastifyInstance, { answer, log, metrics, operations }: GraphqlRouteParts): void {
  app.route({
    method: 'POST',
    url: described.path,
    config: { policy: described.policy, described, spendsLater: true },
    schema: { operationId: described.operationId, body: GraphqlBody },
    async handler(request, reply) {
      const spending = new Spending(request, reply)
      const mediaType = graphqlMediaType(request.headers.accept)
      const { status, body, failures } = await answer({
        body: request.bodyText,
        mediaType,
        caller: callOf(request).caller,
        check: (operation, input) => checkInput(request, operations, operation, input),
        spend: (cost) => spending.spend(cost),
      })
      for (const failure of failures) {
        metrics.storeFailed(failure)
        if (refusalOf(failure) === null) log.failure(request.id, failure)
      }
      await spending.finish()
      return reply.code(status).type(`${mediaType}; charset=utf-8`).serializer(String).send(body)
    },
  })
}

/** A request that could not be answered has cost one all the same, and what it could not spend refuses all of it. */
class Spending {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  #refusal: unknown = null

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request
    this.#reply = reply
  }

  async spend(cost: number): Promise<WindowDecision | null> {
    try {
      return await settle(this.#request, this.#reply, cost)
    } catch (error) {
      this.#refusal = error
      throw error
    }
  }

  async finish(): Promise<void> {
    if (this.#refusal !== null) throw this.#refusal
    await settle(this.#request, this.#reply, 1)
  }
}

/** Fastify's own validators: the very ones that stand before the twin. */
function checkInput(
  request: FastifyRequest,
  operations: readonly DescribedOperation[],
  operation: Operation,
  input: object,
): void {
  const twin = operations.find(({ operationId }) => operationId === operation)
  const schema = twin?.body ?? twin?.query
  if (schema === undefined) return
  const validate = request.compileValidationSchema(schema, twin?.body === undefined ? 'querystring' : 'body')
  if (validate(input)) return
  throw invalidFields(faultsOf(validate.errors ?? [], 'body'))
}
