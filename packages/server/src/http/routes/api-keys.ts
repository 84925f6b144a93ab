import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { inOrganization } from '../../engine/admit.ts'
import type { Engine } from '../../engine/engine.ts'
import { readChange, readImport, readKeyList, readMint, readUserId } from '../../engine/keys/key-requests.ts'
import { addRoute, answerOf, asOperatorIn } from '../route.ts'
import {
  ChangeBody,
  ImportAnswer,
  ImportBody,
  KeyListQuery,
  MintBody,
  RevokeBody,
  RotateBody,
  TransferBody,
} from '../schemas/api-keys.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { listOf } from '../schemas/shapes.ts'

const tag = 'API keys'

export function addApiKeyRoutes(app: FastifyInstance, engine: Engine): void {
  addCollectionRoutes(app, engine)
  addKeyRoutes(app, engine)
  addLifecycleRoutes(app, engine)
}

function addCollectionRoutes(app: FastifyInstance, engine: Engine): void {
  const { keys } = engine
  addRoute(app, {
    operation: 'mintApiKey',
    method: 'POST',
    path: '/v1/api-keys',
    tag,
    summary: 'Mint a key',
    description: 'The plaintext is in this answer and nowhere else.',
    body: MintBody,
    answer: { status: 201, schema: Type.Ref('MintedApiKey#') },
    reasons: ['step_up_required', 'creation_limit', 'active_key_limit', 'conflict', 'idempotency_mismatch'],
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await keys.mint(inOrganization(caller), readMint(body), idempotency)),
  })
  addRoute(app, {
    operation: 'importApiKeys',
    method: 'POST',
    path: '/v1/api-keys/import',
    tag,
    summary: 'Take over keys that another system minted',
    description:
      'By what that stored of them: the shapes and hashes that the contract names in keys.legacy. All that are not ' +
      'here yet are imported, or, where anything is wrong with any of them, none.',
    body: ImportBody,
    answer: { status: 200, schema: ImportAnswer },
    reasons: ['active_key_limit', ...idempotencyReasons],
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await keys.import(asOperatorIn(caller), readImport(body.keys), idempotency)),
  })
  addRoute(app, {
    operation: 'listApiKeys',
    method: 'GET',
    path: '/v1/api-keys',
    tag,
    summary: 'List keys, newest first',
    query: KeyListQuery,
    answer: { status: 200, schema: listOf(Type.Ref('ApiKey#')) },
    handle: async ({ caller, query }) => ({ value: await keys.list(inOrganization(caller), readKeyList(query)) }),
  })
  addRoute(app, {
    operation: 'getCreationLimits',
    method: 'GET',
    path: '/v1/api-keys/creation-limits',
    tag,
    summary: 'How many keys the calling member may still mint',
    description:
      'Counts and nothing else: of a key, those of the member for whom it would mint, even where keys manage no keys.',
    answer: { status: 200, schema: Type.Ref('CreationLimits#') },
    handle: async ({ caller }) => ({ value: await keys.creationLimits(inOrganization(caller)) }),
  })
}

function addKeyRoutes(app: FastifyInstance, engine: Engine): void {
  const { keys } = engine
  addRoute(app, {
    operation: 'getApiKey',
    method: 'GET',
    path: '/v1/api-keys/:id',
    tag,
    summary: 'One key',
    answer: { status: 200, schema: Type.Ref('ApiKey#') },
    handle: async ({ caller, params }) => ({ value: await keys.get(inOrganization(caller), params.id) }),
  })
  addRoute(app, {
    operation: 'getApiKeyWindow',
    method: 'GET',
    path: '/v1/api-keys/:id/window',
    tag,
    summary: 'What is left of a key’s limit at this moment',
    description: 'Looking spends nothing of it.',
    answer: { status: 200, schema: Type.Ref('ApiKeyWindow#') },
    handle: async ({ caller, params }) => ({ value: await keys.window(inOrganization(caller), params.id) }),
  })
  addRoute(app, {
    operation: 'updateApiKey',
    method: 'PATCH',
    path: '/v1/api-keys/:id',
    tag,
    summary: 'Change an active key',
    body: ChangeBody,
    answer: { status: 200, schema: Type.Ref('ApiKey#') },
    reasons: ['step_up_required', 'conflict'],
    find: ({ caller, params }) => keys.require(inOrganization(caller), params.id),
    handle: async ({ caller, params, body }) => ({
      value: await keys.change(inOrganization(caller), params.id, readChange(body)),
    }),
  })
  addRoute(app, {
    operation: 'deleteApiKey',
    method: 'DELETE',
    path: '/v1/api-keys/:id',
    tag,
    summary: 'Erase a key and everything that is known of it',
    answer: { status: 204 },
    find: ({ caller, params }) => keys.require(inOrganization(caller), params.id),
    async handle({ caller, params }) {
      await keys.delete(inOrganization(caller), params.id)
      return null
    },
  })
  addRoute(app, {
    operation: 'endApiKeySecret',
    method: 'DELETE',
    path: '/v1/api-keys/:id/secrets/:secretId',
    tag,
    summary: 'End the older of two secrets early',
    description: 'The newest is what is left when the overlap ends: rotate the key to replace it, or revoke the key.',
    answer: { status: 204 },
    reasons: ['conflict'],
    find: ({ caller, params }) => keys.require(inOrganization(caller), params.id),
    async handle({ caller, params }) {
      await keys.endSecret(inOrganization(caller), params.id, params.secretId)
      return null
    },
  })
}

function addLifecycleRoutes(app: FastifyInstance, engine: Engine): void {
  const { keys } = engine
  addRoute(app, {
    operation: 'revokeApiKey',
    method: 'POST',
    path: '/v1/api-keys/:id/revoke',
    tag,
    summary: 'Revoke a key, at once and for good',
    body: RevokeBody,
    answer: { status: 200, schema: Type.Ref('ApiKey#') },
    reasons: idempotencyReasons,
    find: ({ caller, params }) => keys.requireEndable(inOrganization(caller), params.id),
    handle: async ({ caller, params, body, idempotency }) =>
      answerOf(await keys.revoke(inOrganization(caller), params.id, body ?? {}, idempotency)),
  })
  addRoute(app, {
    operation: 'rotateApiKey',
    method: 'POST',
    path: '/v1/api-keys/:id/rotate',
    tag,
    summary: 'Give a key a new secret; the one before works until the overlap ends',
    body: RotateBody,
    answer: { status: 201, schema: Type.Ref('MintedApiKey#') },
    reasons: ['step_up_required', ...idempotencyReasons],
    find: ({ caller, params }) => keys.require(inOrganization(caller), params.id),
    handle: async ({ caller, params, body, idempotency }) =>
      answerOf(await keys.rotate(inOrganization(caller), params.id, body ?? {}, idempotency)),
  })
  addRoute(app, {
    operation: 'transferApiKey',
    method: 'POST',
    path: '/v1/api-keys/:id/transfer',
    tag,
    summary: 'Give a key another owner',
    body: TransferBody,
    answer: { status: 200, schema: Type.Ref('ApiKey#') },
    reasons: ['active_key_limit', 'conflict', 'idempotency_mismatch'],
    find: ({ caller, params }) => keys.require(inOrganization(caller), params.id),
    async handle({ caller, params, body, idempotency }) {
      const input = 'userId' in body ? { userId: readUserId('userId', body.userId) } : body
      return answerOf(await keys.transfer(inOrganization(caller), params.id, input, idempotency))
    },
  })
}
