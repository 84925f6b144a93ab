import type { Actor } from '../engine/actor.ts'
import type { CreationLimits } from '../engine/keys/creation-limits.ts'
import type { KeyView, SecretView } from '../engine/keys/key-view.ts'
import type { Minted } from '../engine/keys/mint-key.ts'
import type { ListPage } from '../engine/list.ts'
import type { KeyOwner } from '../engine/ports/keys.ts'
import type { Builder } from './schema-builder.ts'
import type { SharedTypes } from './shared-types.ts'

/** The key resource of API.md section 4, field by field. */
export function createApiKeyTypes(builder: Builder, shared: SharedTypes) {
  const key = createKey(builder, shared)
  return {
    key,
    page: builder.objectRef<ListPage<KeyView>>('ApiKeyPage').implement({
      fields: (t) => ({
        data: t.field({ type: [key], resolve: ({ data }) => [...data] }),
        nextCursor: t.exposeString('nextCursor', { nullable: true, description: 'Null: this is the last page.' }),
      }),
    }),
    minted: builder.objectRef<Minted>('MintedApiKey').implement({
      fields: (t) => ({
        apiKey: t.field({ type: key, resolve: (minted) => minted }),
        key: t.exposeString('key', { nullable: true, description: 'The plaintext, in this answer only.' }),
      }),
    }),
    creationLimits: builder.objectRef<CreationLimits>('ApiKeyRateLimit').implement({
      description: 'How many keys the calling member may still create.',
      fields: (t) => ({
        remaining: t.exposeInt('remaining', { description: 'Keys that may still be created now.' }),
        limit: t.exposeInt('limit', { description: 'Keys that may be created in any 24 hours.' }),
        resetAt: t.expose('resetAt', { type: 'DateTime', nullable: true }),
        activeTokens: t.exposeInt('activeKeys'),
        maxActiveTokens: t.exposeInt('maxActiveKeys'),
      }),
    }),
  }
}

function createKey(builder: Builder, { environment, scope, rateLimit }: SharedTypes) {
  const owner = createOwner(builder)
  const actor = createActor(builder)
  const secret = createSecret(builder)
  const status = builder.enumType('KeyStatus', { values: ['active', 'revoked', 'expired'] as const })
  const revokedReason = builder.enumType('RevokedReason', {
    values: ['unspecified', 'leaked', 'superseded', 'unused', 'owner_removed', 'project_deleted'] as const,
  })
  return builder.objectRef<KeyView>('ApiKey').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      prefix: t.exposeString('prefix', { description: 'What may be shown of the newest live secret.' }),
      environment: t.expose('environment', { type: environment }),
      scope: t.expose('scope', { type: scope }),
      projectId: t.exposeID('projectId', { nullable: true }),
      permissions: t.stringList({
        nullable: true,
        description: 'Null inherits all that scope and role give; an empty list grants nothing.',
        resolve: ({ permissions }) => permissions && [...permissions],
      }),
      status: t.expose('status', { type: status }),
      owner: t.expose('owner', { type: owner }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      createdByUserId: t.exposeID('createdByUserId', { nullable: true }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
      revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
      revokedBy: t.expose('revokedBy', { type: actor, nullable: true }),
      revokedReason: t.expose('revokedReason', { type: revokedReason, nullable: true }),
      lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'At most 5 s behind.' }),
      lastUsedIp: t.exposeString('lastUsedIp', { nullable: true }),
      lastUsedAgent: t.exposeString('lastUsedAgent', { nullable: true }),
      rateLimit: t.expose('rateLimit', { type: rateLimit, nullable: true }),
      ipAllowlist: t.stringList({ nullable: true, resolve: ({ ipAllowlist }) => ipAllowlist && [...ipAllowlist] }),
      metadata: t.expose('metadata', { type: 'Metadata' }),
      secrets: t.field({
        type: [secret],
        description: 'The one or two that are live, oldest first.',
        resolve: ({ secrets }) => [...secrets],
      }),
    }),
  })
}

function createOwner(builder: Builder) {
  const type = builder.enumType('KeyOwnerType', { values: ['member', 'organization'] as const })
  return builder.objectRef<KeyOwner>('KeyOwner').implement({
    description: 'A member, whose role now bounds the key, or the organization, with a role fixed on the key.',
    fields: (t) => ({
      type: t.expose('type', { type }),
      userId: t.id({ nullable: true, resolve: (owner) => (owner.type === 'member' ? owner.userId : null) }),
      role: t.string({ nullable: true, resolve: (owner) => (owner.type === 'organization' ? owner.role : null) }),
    }),
  })
}

function createActor(builder: Builder) {
  const type = builder.enumType('ActorType', { values: ['member', 'key', 'operator', 'host', 'system'] as const })
  return builder.objectRef<Actor>('Actor').implement({
    fields: (t) => ({ type: t.expose('type', { type }), id: t.exposeID('id') }),
  })
}

function createSecret(builder: Builder) {
  return builder.objectRef<SecretView>('ApiKeySecret').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      prefix: t.exposeString('prefix', { description: 'What may be shown of it.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
      lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
      lastUsedIp: t.exposeString('lastUsedIp', { nullable: true }),
      lastUsedAgent: t.exposeString('lastUsedAgent', { nullable: true }),
    }),
  })
}
