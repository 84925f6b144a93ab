import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { hostCallerIn, type Engine } from '@mintmark/server'
import { RefusedError } from '@mintmark/sdk'
import { Me } from './schemas.ts'

/** What a key may know of itself; who has signed in, who he is. */
export const meRoutes: FastifyPluginAsyncTypebox<{ readonly engine: Engine }> = async (app, { engine }) => {
  app.get('/me', { schema: { tags: ['Keys'], response: { 200: Me } } }, async ({ id, ip, mintmark }) => {
    const { key, session, organizationId } = mintmark
    if (session !== null) return { userId: session.userId, organizationId, role: session.role }
    if (key === null) throw new RefusedError('invalid_key')
    const { lastUsedAt } = await engine.keys.get(hostCallerIn(organizationId, { requestId: id, ip }), key.id)
    return {
      apiKeyId: key.id,
      keyName: key.name,
      keyPrefix: key.prefix,
      organizationId,
      scope: key.scope,
      scopedProjectId: key.projectId,
      permissions: key.permissions === null ? null : [...key.permissions],
      createdByUserId: key.createdByUserId,
      lastUsedAt,
    }
  })
}
