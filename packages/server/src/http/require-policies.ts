import type { FastifyInstance } from 'fastify'

/** A route that does not say who may call it is not registered: what has none does not start. */
export function requirePolicies(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.policy === undefined) throw new Error(`${String(method)} ${url} has no policy.`)
  })
}
