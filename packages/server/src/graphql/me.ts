import type { GetMe, KeyMe, OperatorMe, SessionMe } from '../engine/me.ts'
import { operation } from './apply-policies.ts'
import type { Builder } from './schema-builder.ts'
import type { SharedTypes } from './shared-types.ts'

/** Whom the credential of the request is. */
export function addMe(builder: Builder, shared: SharedTypes, getMe: GetMe): void {
  const types = [createKeyMe(builder, shared), createSessionMe(builder), createOperatorMe(builder)] as const
  const me = builder.unionType('Me', {
    types: [...types],
    resolveType(value) {
      if ('apiKeyId' in value) return 'KeyMe'
      return 'userId' in value ? 'SessionMe' : 'OperatorMe'
    },
  })
  builder.queryField('me', (t) =>
    t.field({
      type: me,
      nullable: true,
      extensions: operation('getMe'),
      resolve: async (_parent, _args, { caller, window }) => getMe(caller, window),
    }),
  )
}

function createKeyMe(builder: Builder, { environment, scope }: SharedTypes) {
  const rateLimit = builder.objectRef<KeyMe['rateLimit']>('OwnRateLimit').implement({
    fields: (t) => ({
      limit: t.exposeInt('limit'),
      windowSeconds: t.exposeFloat('windowSeconds'),
      remaining: t.exposeInt('remaining'),
    }),
  })
  return builder.objectRef<KeyMe>('KeyMe').implement({
    fields: (t) => ({
      apiKeyId: t.exposeID('apiKeyId'),
      keyName: t.exposeString('keyName'),
      keyPrefix: t.exposeString('keyPrefix'),
      organizationId: t.exposeID('organizationId'),
      scope: t.expose('scope', { type: scope }),
      scopedProjectId: t.exposeID('scopedProjectId', { nullable: true }),
      permissions: t.stringList({ nullable: true, resolve: ({ permissions }) => permissions && [...permissions] }),
      createdByUserId: t.exposeID('createdByUserId', { nullable: true }),
      lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
      environment: t.expose('environment', { type: environment }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
      role: t.exposeString('role'),
      effectivePermissions: t.stringList({ resolve: ({ effectivePermissions }) => [...effectivePermissions] }),
      rateLimit: t.expose('rateLimit', { type: rateLimit }),
    }),
  })
}

function createSessionMe(builder: Builder) {
  return builder.objectRef<SessionMe>('SessionMe').implement({
    fields: (t) => ({
      userId: t.exposeID('userId'),
      organizationId: t.exposeID('organizationId'),
      role: t.exposeString('role'),
      effectivePermissions: t.stringList({ resolve: ({ effectivePermissions }) => [...effectivePermissions] }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    }),
  })
}

function createOperatorMe(builder: Builder) {
  return builder.objectRef<OperatorMe>('OperatorMe').implement({
    fields: (t) => ({ operatorKeyId: t.exposeID('operatorKeyId'), keyName: t.exposeString('keyName') }),
  })
}
