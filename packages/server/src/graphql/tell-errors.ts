import type { Contract } from '@mintmark/core'
import type { Plugin } from 'graphql-yoga'
import type { GraphqlContext } from './call.ts'
import { tellError } from './tell-error.ts'

const refusedStatus = 400

/** The one place where errors leave: told as over HTTP, and 400 where nothing was done, whatever type was asked for. */
export function tellErrors(messages: Contract['messages']): Plugin<GraphqlContext> {
  return {
    onExecutionResult({ result, setResult, context }) {
      if (result.errors === undefined) return
      const told = result.errors.map((error) => tellError(error, messages))
      context.failures.push(...told.flatMap(({ failure }) => (failure === null ? [] : [failure])))
      const { data } = result
      setResult({
        ...(data !== undefined && { data }),
        errors: told.map(({ error }) => error),
        ...(data === undefined && { extensions: { http: { status: refusedStatus } } }),
      })
    },
  }
}
