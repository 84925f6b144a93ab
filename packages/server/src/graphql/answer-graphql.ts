import { createCatalogue } from '@mintmark/core'
import { createYoga } from 'graphql-yoga'
import { admit } from '../engine/admit.ts'
import type { Engine } from '../engine/engine.ts'
import { boundDocuments } from './bound-documents.ts'
import type { GraphqlContext } from './call.ts'
import { createSchema } from './schema.ts'
import { tellErrors } from './tell-errors.ts'

/** One request, by a caller who is known. */
export type GraphqlRequest = Omit<GraphqlContext, 'window' | 'failures'> & {
  /** JSON: `query`, and `variables` and `operationName` where there are any. */
  readonly body: string
  readonly mediaType: GraphqlMediaType
}

/** Of GraphQL over HTTP, and of before. Both with the same statuses. */
export type GraphqlMediaType = 'application/graphql-response+json' | 'application/json'

export type GraphqlAnswer = {
  readonly status: number
  readonly body: string
  /** What went wrong on our side, for the log. */
  readonly failures: readonly unknown[]
}

export type AnswerGraphql = (request: GraphqlRequest) => Promise<GraphqlAnswer>

/** Anywhere: no request of a network ever is for it. */
const endpoint = 'http://graphql.invalid/graphql'

export function createAnswerGraphql(engine: Engine): AnswerGraphql {
  const { contract } = engine
  const neverByKey = createCatalogue(contract).expand(contract.neverByKey)
  const context = { projectId: null, neverByKey, keysManageKeys: contract.minting.keysManageKeys }
  const yoga = createYoga<GraphqlContext>({
    schema: createSchema(engine, (caller, policy) => admit(caller, policy, context)),
    plugins: [boundDocuments(), tellErrors(contract.messages)],
    // What leaves the server is decided in one place: `tellErrors`.
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    // As many documents as anybody sends would stay in memory.
    parserAndValidationCache: false,
  })
  return async ({ body, mediaType, ...call }) => {
    const failures: unknown[] = []
    const headers = { 'content-type': 'application/json', accept: mediaType }
    const response = await yoga.fetch(endpoint, { method: 'POST', headers, body }, { ...call, window: null, failures })
    return { status: response.status, body: await response.text(), failures }
  }
}
