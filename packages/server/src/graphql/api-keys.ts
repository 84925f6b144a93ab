import { inOrganization } from '../engine/admit.ts'
import { readChange, readKeyList, readMint } from '../engine/keys/key-requests.ts'
import type { KeyUseCases } from '../engine/keys.ts'
import { createApiKeyInputs, type ApiKeyInputs } from './api-key-inputs.ts'
import { createApiKeyTypes } from './api-key-types.ts'
import { operation } from './apply-policies.ts'
import { givenFields, withoutNulls } from './given-fields.ts'
import type { Builder } from './schema-builder.ts'
import type { SharedTypes } from './shared-types.ts'

type Parts = {
  readonly builder: Builder
  readonly shared: SharedTypes
  readonly types: ReturnType<typeof createApiKeyTypes>
  readonly inputs: ApiKeyInputs
  readonly keys: KeyUseCases
}

/** What can be done with keys. Each field may be null: that one is refused must not take away what others answer. */
export function addApiKeys(builder: Builder, shared: SharedTypes, keys: KeyUseCases): void {
  const types = createApiKeyTypes(builder, shared)
  const inputs = createApiKeyInputs(builder, shared)
  const parts = { builder, shared, types, inputs, keys }
  addList(parts)
  addReads(parts)
  addCreate(parts)
  addChange(parts)
  addLifecycle(parts)
}

function addList({ builder, shared, types, inputs, keys }: Parts): void {
  builder.queryField('apiKeys', (t) =>
    t.field({
      type: types.page,
      nullable: true,
      description: 'Keys, newest first.',
      extensions: operation('listApiKeys'),
      args: {
        status: t.arg({ type: inputs.status }),
        environment: t.arg({ type: shared.environment }),
        projectId: t.arg.id(),
        owner: t.arg.id(),
        q: t.arg.string({ description: 'Part of the name, or beginning of a shown prefix.' }),
        unusedSince: t.arg({ type: 'DateTime' }),
        neverUsed: t.arg.boolean(),
        expiresBefore: t.arg({ type: 'DateTime' }),
        neverExpires: t.arg.boolean(),
        limit: t.arg.int({ description: '1 to 100; 50.' }),
        cursor: t.arg.string({ description: 'The nextCursor of the page before.' }),
      },
      async resolve(_, args, { caller, check }) {
        const query = withoutNulls(args)
        check('listApiKeys', query)
        return keys.list(inOrganization(caller), readKeyList(query))
      },
    }),
  )
}

function addReads({ builder, types, keys }: Parts): void {
  builder.queryField('apiKey', (t) =>
    t.field({
      type: types.key,
      nullable: true,
      extensions: operation('getApiKey'),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, { id }, { caller }) => keys.get(inOrganization(caller), id),
    }),
  )
  builder.queryField('apiKeyRateLimit', (t) =>
    t.field({
      type: types.creationLimits,
      nullable: true,
      extensions: operation('getCreationLimits'),
      resolve: async (_parent, _args, { caller }) => keys.creationLimits(inOrganization(caller)),
    }),
  )
}

function addCreate({ builder, types, inputs, keys }: Parts): void {
  builder.mutationField('createApiKey', (t) =>
    t.field({
      type: types.minted,
      nullable: true,
      description: 'The plaintext is in this answer and nowhere else.',
      extensions: operation('mintApiKey'),
      args: { input: t.arg({ type: inputs.create, required: true }) },
      async resolve(_, { input }, { caller, check }) {
        const { permissions, expiresAt, rateLimit, ipAllowlist, ...rest } = input
        const body = { ...withoutNulls(rest), ...givenFields({ permissions, expiresAt, rateLimit, ipAllowlist }) }
        check('mintApiKey', body)
        return (await keys.mint(inOrganization(caller), readMint(body))).value
      },
    }),
  )
}

function addChange({ builder, types, inputs, keys }: Parts): void {
  builder.mutationField('updateApiKey', (t) =>
    t.field({
      type: types.key,
      nullable: true,
      extensions: operation('updateApiKey'),
      args: { id: t.arg.id({ required: true }), input: t.arg({ type: inputs.update, required: true }) },
      async resolve(_, { id, input }, { caller, check }) {
        await keys.require(inOrganization(caller), id)
        const { name, metadata, ...rest } = input
        const body = { ...withoutNulls({ name, metadata }), ...givenFields(rest) }
        check('updateApiKey', body)
        return keys.change(inOrganization(caller), id, readChange(body))
      },
    }),
  )
}

function addLifecycle({ builder, types, inputs, keys }: Parts): void {
  builder.mutationField('revokeApiKey', (t) =>
    t.field({
      type: types.key,
      nullable: true,
      description: 'At once, and for good.',
      extensions: operation('revokeApiKey'),
      args: { id: t.arg.id({ required: true }), reason: t.arg({ type: inputs.reason }), comment: t.arg.string() },
      async resolve(_, { id, ...rest }, { caller, check }) {
        await keys.requireEndable(inOrganization(caller), id)
        const body = withoutNulls(rest)
        check('revokeApiKey', body)
        return (await keys.revoke(inOrganization(caller), id, body)).value
      },
    }),
  )
  builder.mutationField('rotateApiKey', (t) =>
    t.field({
      type: types.minted,
      nullable: true,
      description: 'A new secret; the one before works until the overlap ends.',
      extensions: operation('rotateApiKey'),
      args: { id: t.arg.id({ required: true }), overlapSeconds: t.arg.int({ description: '0 to 604800; 86400.' }) },
      async resolve(_, { id, ...rest }, { caller, check }) {
        await keys.require(inOrganization(caller), id)
        const body = withoutNulls(rest)
        check('rotateApiKey', body)
        return (await keys.rotate(inOrganization(caller), id, body)).value
      },
    }),
  )
  builder.mutationField('deleteApiKey', (t) =>
    t.boolean({
      nullable: true,
      description: 'Erases a key and everything that is known of it.',
      extensions: operation('deleteApiKey'),
      args: { id: t.arg.id({ required: true }) },
      async resolve(_, { id }, { caller }) {
        await keys.require(inOrganization(caller), id)
        await keys.delete(inOrganization(caller), id)
        return true
      },
    }),
  )
}
