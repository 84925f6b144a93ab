import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { inOrganization } from '../../engine/admit.ts'
import type { Engine } from '../../engine/engine.ts'
import { parseKeyFate } from '../../engine/members/remove-member.ts'
import { addRoute, answerOf, asMember } from '../route.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { closed, listOf, oneOf, PageQuery } from '../schemas/shapes.ts'

const tag = 'Users'
const RoleName = Type.String({ minLength: 1, maxLength: 100 })

/** The members of the caller's organization, for its own people. The operator's sync is beside its organizations. */
export function addUserRoutes(app: FastifyInstance, engine: Engine): void {
  addMemberRoutes(app, engine)
  addInvitationRoutes(app, engine)
}

function addMemberRoutes(app: FastifyInstance, engine: Engine): void {
  const { members } = engine
  addRoute(app, {
    operation: 'listUsers',
    method: 'GET',
    path: '/v1/users',
    tag,
    summary: 'List members, newest first',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('Member#')) },
    handle: async ({ caller, query }) => ({ value: await members.list(inOrganization(caller), query) }),
  })
  addRoute(app, {
    operation: 'getUser',
    method: 'GET',
    path: '/v1/users/:id',
    tag,
    summary: 'One member',
    answer: { status: 200, schema: Type.Ref('Member#') },
    handle: async ({ caller, params }) => ({ value: await members.get(inOrganization(caller), params.id) }),
  })
  addRoute(app, {
    operation: 'updateUser',
    method: 'PATCH',
    path: '/v1/users/:id',
    tag,
    summary: 'Give a member another role, suspend or resume him',
    description: 'In force at the next request, on every node. The last active administrator stays one.',
    body: closed({ role: Type.Optional(RoleName), status: Type.Optional(oneOf(['active', 'suspended'])) }),
    answer: { status: 200, schema: Type.Ref('Member#') },
    reasons: ['conflict'],
    find: ({ caller, params }) => members.get(inOrganization(caller), params.id),
    handle: async ({ caller, params, body }) => ({
      value: await members.change(inOrganization(caller), params.id, body),
    }),
  })
  addRoute(app, {
    operation: 'removeUser',
    method: 'DELETE',
    path: '/v1/users/:id',
    tag,
    summary: 'Remove a member and say what becomes of his keys',
    description:
      'The last active administrator stays. A key removes nobody whose keys are of another environment than its own.',
    query: closed({
      keys: Type.Optional(
        Type.String({ maxLength: 64, description: 'revoke (default), organization, or the id of another member' }),
      ),
    }),
    answer: { status: 204 },
    reasons: ['conflict', 'active_key_limit'],
    find: ({ caller, params }) => members.get(inOrganization(caller), params.id),
    async handle({ caller, params, query }) {
      await members.remove(inOrganization(caller), params.id, { keys: parseKeyFate(query.keys) })
      return null
    },
  })
}

function addInvitationRoutes(app: FastifyInstance, engine: Engine): void {
  const { members } = engine
  addRoute(app, {
    operation: 'inviteUser',
    method: 'POST',
    path: '/v1/users/invite',
    tag,
    summary: 'Invite a person; the invitation is good once, for seven days',
    body: closed({ email: Type.String({ minLength: 3, maxLength: 254 }), role: RoleName }),
    answer: { status: 201, schema: Type.Ref('Invited#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await members.invite(inOrganization(caller), body, idempotency)),
  })
  addRoute(app, {
    operation: 'listInvitations',
    method: 'GET',
    path: '/v1/users/invitations',
    tag,
    summary: 'List open invitations, newest first',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('Invitation#')) },
    handle: async ({ caller, query }) => ({ value: await members.listInvitations(inOrganization(caller), query) }),
  })
  addRoute(app, {
    operation: 'withdrawInvitation',
    method: 'DELETE',
    path: '/v1/users/invitations/:id',
    tag,
    summary: 'Take an invitation back',
    answer: { status: 204 },
    async handle({ caller, params }) {
      await members.withdrawInvitation(inOrganization(caller), params.id)
      return null
    },
  })
  addRoute(app, {
    operation: 'acceptInvitation',
    method: 'POST',
    path: '/v1/users/invitations/accept',
    tag,
    summary: 'Accept an invitation, by whoever is signed in',
    body: closed({ token: Type.String({ minLength: 1, maxLength: 256 }) }),
    answer: { status: 201, schema: Type.Ref('AcceptedMember#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await members.accept(asMember(caller), body.token, idempotency)),
  })
}
