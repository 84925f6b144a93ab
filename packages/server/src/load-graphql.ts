import type { Engine } from './engine/engine.ts'
import type { AnswerGraphql } from './graphql/answer-graphql.ts'

/** Loaded by who asks first: its libraries are a quarter of a start, and many never ask. */
export function loadGraphql(engine: Engine): AnswerGraphql {
  let loading: Promise<AnswerGraphql> | null = null
  const load = async (): Promise<AnswerGraphql> => {
    const { createAnswerGraphql } = await import('./graphql/answer-graphql.ts')
    return createAnswerGraphql(engine)
  }
  return async (request) => (await (loading ??= load()))(request)
}
