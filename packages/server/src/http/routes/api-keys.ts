import type { FastifyInstance } from 'fastify'
import { parseChosenId, type ProjectId, type UserId } from '@mintmark/core'
import { Type, type Static } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import type { KeyQuery } from '../../engine/keys/read-keys.ts'
import type { MintInput } from '../../engine/keys/mint-key.ts'
import { invalid, notFound } from '../../engine/refused.ts'
import { addRoute, answerOf, inOrganization } from '../route.ts'
import { ChangeBody, KeyListQuery, MintBody, RevokeBody, RotateBody, TransferBody } from '../schemas/api-keys.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { listOf } from '../schemas/shapes.ts'
import { readTime } from '../time.ts'

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
    reasons: ['creation_limit', 'active_key_limit', 'conflict', 'idempotency_mismatch'],
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await keys.mint(inOrganization(caller), mintInput(body), idempotency)),
  })
  addRoute(app, {
    operation: 'listApiKeys',
    method: 'GET',
    path: '/v1/api-keys',
    tag,
    summary: 'List keys, newest first',
    query: KeyListQuery,
    answer: { status: 200, schema: listOf(Type.Ref('ApiKey#')) },
    handle: async ({ caller, query }) => ({ value: await keys.list(inOrganization(caller), listQuery(query)) }),
  })
  addRoute(app, {
    operation: 'getCreationLimits',
    method: 'GET',
    path: '/v1/api-keys/creation-limits',
    tag,
    summary: 'How many keys the calling member may still mint',
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
    operation: 'updateApiKey',
    method: 'PATCH',
    path: '/v1/api-keys/:id',
    tag,
    summary: 'Change an active key',
    body: ChangeBody,
    answer: { status: 200, schema: Type.Ref('ApiKey#') },
    reasons: ['conflict'],
    find: ({ caller, params }) => keys.require(inOrganization(caller), params.id),
    handle: async ({ caller, params, body }) => {
      const { expiresAt, ...change } = body
      const expiresAtMs = expiresAt == null ? expiresAt : readTime('expiresAt', expiresAt)
      const input = { ...change, ...(expiresAtMs !== undefined && { expiresAtMs }) }
      return { value: await keys.change(inOrganization(caller), params.id, input) }
    },
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
    summary: 'End one of two secrets early',
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
    reasons: idempotencyReasons,
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
      const input = 'userId' in body ? { userId: userIdOf('userId', body.userId) } : body
      return answerOf(await keys.transfer(inOrganization(caller), params.id, input, idempotency))
    },
  })
}

function mintInput(body: Static<typeof MintBody>): MintInput {
  const { expiresAt, projectId, ...rest } = body
  return {
    ...rest,
    ...(projectId !== undefined && { projectId: projectIdOf(projectId) }),
    ...(expiresAt !== undefined && { expiresAtMs: expiresAt === null ? null : readTime('expiresAt', expiresAt) }),
  }
}

function listQuery(query: Static<typeof KeyListQuery>): KeyQuery {
  const { projectId, owner, unusedSince, expiresBefore, ...rest } = query
  return {
    ...rest,
    ...(projectId !== undefined && { projectId: projectFilterOf(projectId) }),
    ...(owner !== undefined && { owner: userIdOf('owner', owner) }),
    ...(unusedSince !== undefined && { unusedSinceMs: readTime('unusedSince', unusedSince) }),
    ...(expiresBefore !== undefined && { expiresBeforeMs: readTime('expiresBefore', expiresBefore) }),
  }
}

function projectIdOf(text: string): ProjectId {
  const id = parseChosenId('prj', text)
  if (id === null) throw notFound()
  return id
}

function projectFilterOf(text: string): ProjectId {
  const id = parseChosenId('prj', text)
  if (id === null) throw invalid('projectId', 'An id has 1 to 64 of A-Z a-z 0-9 _ -.')
  return id
}

function userIdOf(path: string, text: string): UserId {
  const id = parseChosenId('usr', text)
  if (id === null) throw invalid(path, 'An id has 1 to 64 of A-Z a-z 0-9 _ -.')
  return id
}
