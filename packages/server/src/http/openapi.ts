import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { laneOperations } from './lane-operations.ts'

/** `GET /openapi.json`: made from the routes themselves, and from the lane's two operations. */
export async function addOpenApi(
  app: FastifyInstance,
  options: { readonly version: string; readonly publicUrl: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mintmark',
        version: options.version,
        description: 'API keys for your customers: minted, verified, limited, rotated and revoked exactly and at once.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: options.publicUrl }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`,
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      const { openapiObject } = document
      return { ...openapiObject, paths: { ...openapiObject.paths, ...laneOperations } }
    },
  })
}
