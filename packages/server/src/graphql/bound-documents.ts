import {
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { GraphqlContext } from './call.ts'
import { costOf, findExcess, maxTokens } from './document-bounds.ts'

/** What is wrong with a document is told of so many mistakes at most. */
const maxMistakes = 20

/**
 * Refuses documents that ask for too much before they are validated, what is wrong before anything is spent, and spends
 * before anything is done. No answer suggests names: they are for who may ask for the schema.
 */
export function boundDocuments(): Plugin<GraphqlContext> {
  return {
    onParse({ setParseFn }) {
      setParseFn((source) => parse(source, { maxTokens }))
    },
    onValidate({ setValidationFn }) {
      setValidationFn((schema, document) => {
        const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
        const excess = operations.map((operation) => findExcess(document, operation)).find((found) => found !== null)
        if (excess != null) return [new GraphQLError(excess)]
        return validate(schema, document, specifiedRules, { maxErrors: maxMistakes, hideSuggestions: true })
      })
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn(spendThenExecute)
    },
  }
}

async function spendThenExecute(
  args: ExecutionArgs & { readonly contextValue: GraphqlContext },
): Promise<ExecutionResult> {
  const { schema, document, operationName, variableValues, contextValue } = args
  const operation = getOperationAST(document, operationName)
  if (operation == null) return { errors: [new GraphQLError('Say by operationName which operation of the document.')] }
  const inputs = variableValues ?? {}
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], inputs, {
    maxErrors: maxMistakes,
    hideSuggestions: true,
  })
  if (errors !== undefined) return { errors }
  const window = await contextValue.spend(costOf(document, operation))
  return execute({ ...args, contextValue: { ...contextValue, window }, hideSuggestions: true })
}
