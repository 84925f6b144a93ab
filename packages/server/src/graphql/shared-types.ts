import type { RateLimit } from '../engine/ports/organizations.ts'
import type { Builder } from './schema-builder.ts'

export type SharedTypes = ReturnType<typeof createSharedTypes>

/** What several nouns have. */
export function createSharedTypes(builder: Builder) {
  return {
    environment: builder.enumType('Environment', { values: ['live', 'test'] as const }),
    scope: builder.enumType('KeyScope', { values: ['organization', 'project'] as const }),
    rateLimit: builder.objectRef<RateLimit>('RateLimit').implement({
      description: 'At most `limit` requests in any `windowSeconds`.',
      fields: (t) => ({ limit: t.exposeInt('limit'), windowSeconds: t.exposeInt('windowSeconds') }),
    }),
  }
}
