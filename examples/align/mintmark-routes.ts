import type { Mintmark } from '@mintmark/server'
import type { FastifyPluginAsync } from 'fastify'

type Parts = {
  readonly handler: Mintmark['handler']
  /** As OpenAPI writes them: `/v1/projects/{projectId}`. */
  readonly paths: readonly string[]
}

/** Hands on what is Mintmark's as it came, but for the prefix. Mintmark judges it, spends and answers by itself. */
export const mintmarkRoutes: FastifyPluginAsync<Parts> = async (app, { handler, paths }) => {
  for (const path of paths) {
    app.all(`/api${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, {
      schema: { hide: true },
      async onRequest(request, reply) {
        reply.hijack()
        request.raw.url = request.raw.url?.slice('/api'.length) ?? '/'
        handler(request.raw, reply.raw)
      },
      handler: () => undefined,
    })
  }
}
