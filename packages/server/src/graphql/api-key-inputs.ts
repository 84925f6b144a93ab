import type { Builder } from './schema-builder.ts'
import type { SharedTypes } from './shared-types.ts'

export type ApiKeyInputs = ReturnType<typeof createApiKeyInputs>

/** The bodies of API.md section 4, field by field. Their bounds are those of their REST twins, and are checked there. */
export function createApiKeyInputs(builder: Builder, { environment, scope }: SharedTypes) {
  const rateLimit = builder.inputType('RateLimitInput', {
    fields: (t) => ({ limit: t.int({ required: true }), windowSeconds: t.int({ required: true }) }),
  })
  const owner = builder.enumType('CreatedKeyOwner', { values: ['member', 'organization'] as const })
  return {
    create: builder.inputType('CreateApiKeyInput', {
      fields: (t) => ({
        name: t.string({ required: true }),
        scope: t.field({ type: scope }),
        projectId: t.id({ description: 'With scope project, and only then.' }),
        environment: t.field({ type: environment }),
        permissions: t.stringList({ description: 'Null, or absent: all that scope and role give.' }),
        expiresAt: t.field({ type: 'DateTime' }),
        owner: t.field({ type: owner }),
        role: t.string({ description: 'With owner organization, and only then.' }),
        rateLimit: t.field({ type: rateLimit, description: 'For operators.' }),
        ipAllowlist: t.stringList(),
        metadata: t.field({ type: 'Metadata' }),
      }),
    }),
    update: builder.inputType('UpdateApiKeyInput', {
      description: 'What is absent stays as it is. Null is a value where the key may have none.',
      fields: (t) => ({
        name: t.string(),
        permissions: t.stringList(),
        expiresAt: t.field({ type: 'DateTime' }),
        rateLimit: t.field({ type: rateLimit, description: 'For operators.' }),
        ipAllowlist: t.stringList(),
        metadata: t.field({ type: 'Metadata' }),
      }),
    }),
    status: builder.enumType('KeyStatusFilter', { values: ['active', 'revoked', 'expired', 'all'] as const }),
    reason: builder.enumType('RevocationReason', {
      values: ['unspecified', 'leaked', 'superseded', 'unused'] as const,
    }),
  }
}
