import type {
  DocumentNode,
  ExecutionArgs,
  ExecutionResult,
  FormattedExecutionResult,
  GraphQLError,
  GraphQLSchema,
} from 'graphql'

/**
 * What is used of graphql-yoga, in its own words. Its own types bring a browser's globals into every file of the
 * server, where `name`, `status` or `close` would then mean something although nobody declared them; tsconfig.base.json
 * puts these in their place.
 */

/** Hooks of Yoga and of Envelop, on which it stands. */
export type Plugin<Context> = {
  readonly onParse?: (hook: { readonly setParseFn: (parse: (source: string) => DocumentNode) => void }) => void
  readonly onValidate?: (hook: { readonly setValidationFn: (validate: Validate) => void }) => void
  readonly onExecute?: (hook: {
    readonly setExecuteFn: (
      execute: (args: ExecutionArgs & { readonly contextValue: Context }) => Promise<ExecutionResult>,
    ) => void
  }) => void
  readonly onExecutionResult?: (hook: {
    readonly result: ExecutionResult
    readonly setResult: (result: FormattedExecutionResult) => void
    readonly context: Context
  }) => void
}

type Validate = (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[]

export type YogaOptions<Context> = {
  readonly schema: GraphQLSchema
  readonly plugins: readonly Plugin<Context>[]
  readonly maskedErrors: false
  readonly logging: false
  readonly graphiql: false
  readonly landingPage: false
  readonly cors: false
  readonly multipart: false
  readonly parserAndValidationCache: false
}

export function createYoga<Context extends object>(
  options: YogaOptions<Context>,
): {
  readonly fetch: (
    url: string,
    init: { readonly method: 'POST'; readonly headers: Readonly<Record<string, string>>; readonly body: string },
    context: Context,
  ) => Promise<Response>
}
