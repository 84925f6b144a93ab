import fastify from 'fastify'

export type AssetType = 'text/javascript' | 'text/css'
export type Asset = { readonly type: AssetType; readonly load: () => Promise<string> }

const script = (load: () => Promise<string>): Asset => ({ type: 'text/javascript', load })

/** GraphiQL as one bundle, with its editor's workers: texts of a module. */
const graphiql = () => import('@graphql-yoga/render-graphiql/graphiql')

/** A key that is pasted in stays in the page: it is written to no storage. */
const startGraphiql = `self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_, label) => ({
    json: '/assets/graphiql-json-worker.js',
    graphql: '/assets/graphiql-graphql-worker.js',
  })[label] ?? '/assets/graphiql-editor-worker.js',
}
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#graphiql'), {
  title: 'Mintmark',
  endpoint: '/graphql',
  shouldPersistHeaders: false,
  defaultHeaders: JSON.stringify({ Authorization: 'Bearer ' }),
  defaultQuery: '{\\n  me {\\n    __typename\\n  }\\n}\\n',
})
`

/** Requests go where the page came from, whatever the document says its server is. */
const startReference = `Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  servers: [{ url: location.origin }],
  authentication: { preferredSecurityScheme: 'bearer' },
  persistAuth: false,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
})
`

/** What the pages load, by name. Each is read when it is first asked for. */
export const assets: Readonly<Record<string, Asset>> = {
  'graphiql.js': script(async () => (await graphiql()).js),
  'graphiql.css': { type: 'text/css', load: async () => (await graphiql()).css },
  'graphiql-editor-worker.js': script(async () => (await graphiql()).editorWorkerService),
  'graphiql-json-worker.js': script(async () => (await graphiql()).jsonWorker),
  'graphiql-graphql-worker.js': script(async () => (await graphiql()).graphqlWorker),
  'graphiql-start.js': script(async () => startGraphiql),
  'reference.js': script(readReference),
  'reference-start.js': script(async () => startReference),
}

/** The bundle is inside of a plugin and is had from it alone: from a server that nobody can reach. */
async function readReference(): Promise<string> {
  const { default: plugin } = await import('@scalar/fastify-api-reference')
  const app = fastify()
  try {
    await app.register(plugin, { configuration: { url: '/openapi.json' } })
    const { statusCode, body } = await app.inject('/reference/js/scalar.js')
    if (statusCode !== 200) throw new Error(`The reference's script is not there: ${statusCode}`)
    return body
  } finally {
    await app.close()
  }
}
