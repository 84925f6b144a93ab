import swagger from '@fastify/swagger'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { joined, type OpenApi } from './mintmark-document.ts'
import { mintmarkNouns } from './policy.ts'

/** Before all routes: what they say of themselves is gathered. */
export async function describe(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Align', version: '1.0.0' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
      security: [{ bearer: [] }, { apiKeyHeader: [] }],
    },
  })
}

/** `/api/v1/openapi.json`, and a page to read it and to try it out, which loads nothing from anywhere else. */
export async function addReference(app: FastifyInstance, mintmark: OpenApi): Promise<void> {
  const document = '/api/v1/openapi.json'
  app.get(document, { schema: { hide: true } }, async () => joined(app.swagger() as OpenApi, mintmark, mintmarkNouns))
  await app.register(scalar, {
    routePrefix: '/api/v1/reference',
    configuration: {
      url: document,
      authentication: { preferredSecurityScheme: 'bearer' },
      persistAuth: false,
      withDefaultFonts: false,
      telemetry: false,
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
      showDeveloperTools: 'never',
    },
  })
}
