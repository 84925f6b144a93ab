import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { describeInterface, type DocumentOptions } from '../openapi/document.ts'
import { addPublicRoute } from '../public-route.ts'

/** `GET /openapi.json`. Made when it is first asked for: by then every route is there. */
export function addOpenApiRoutes(app: FastifyInstance, options: DocumentOptions): void {
  let document: Buffer | null = null
  addPublicRoute(app, {
    operation: 'getOpenApi',
    path: '/openapi.json',
    summary: 'This document',
    answers: [{ status: 200, description: 'OpenAPI 3.1.', schema: Type.Object({}, { additionalProperties: true }) }],
    // Written once: whoever asks for it without reading it gets no memory for it.
    handle: async () => ({
      status: 200,
      value: (document ??= Buffer.from(JSON.stringify(describeInterface(options)))),
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
    }),
  })
}
