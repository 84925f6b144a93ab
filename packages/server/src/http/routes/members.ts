import type { FastifyInstance } from 'fastify'
import { parseChosenId } from '@mintmark/core'
import { Type } from 'typebox'
import type { Caller, CallerIn } from '../../engine/caller.ts'
import type { Engine } from '../../engine/engine.ts'
import { parseKeyFate } from '../../engine/members/remove-member.ts'
import { notFound } from '../../engine/refused.ts'
import { addRoute, asOperator } from '../route.ts'
import { closed, listOf, nullable, oneOf, PageQuery } from '../schemas/shapes.ts'

export function addMemberRoutes(app: FastifyInstance, engine: Engine): void {
  const { members, organizations } = engine
  addRoute(app, {
    operation: 'listMembers',
    method: 'GET',
    path: '/v1/organizations/:id/members',
    tag: 'Organizations',
    summary: 'List the members of an organization, newest first',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('Member#')) },
    find: ({ params }) => organizations.get(params.id),
    handle: async ({ caller, params, query }) => ({ value: await members.list(inNamed(caller, params.id), query) }),
  })
  addRoute(app, {
    operation: 'syncMember',
    method: 'PUT',
    path: '/v1/organizations/:id/members/:userId',
    tag: 'Organizations',
    summary: 'Make a member, or make him as said',
    description:
      'What is left out of an existing member stays as it is. Nobody is called invite, invitations, organization or revoke.',
    body: closed({
      role: Type.String({ minLength: 1, maxLength: 100 }),
      email: Type.Optional(nullable(Type.String({ maxLength: 254 }))),
      name: Type.Optional(nullable(Type.String({ maxLength: 100 }))),
      status: Type.Optional(oneOf(['active', 'suspended'])),
    }),
    answer: { status: 200, schema: Type.Ref('Member#') },
    find: ({ params }) => organizations.get(params.id),
    handle: async ({ caller, params, body }) => ({
      value: await members.sync(asOperator(caller), params.id, params.userId, body),
    }),
  })
  addRoute(app, {
    operation: 'getMember',
    method: 'GET',
    path: '/v1/organizations/:id/members/:userId',
    tag: 'Organizations',
    summary: 'One member',
    answer: { status: 200, schema: Type.Ref('Member#') },
    handle: async ({ caller, params }) => ({ value: await members.get(inNamed(caller, params.id), params.userId) }),
  })
  addRoute(app, {
    operation: 'removeMember',
    method: 'DELETE',
    path: '/v1/organizations/:id/members/:userId',
    tag: 'Organizations',
    summary: 'Remove a member and say what becomes of his keys',
    query: closed({
      keys: Type.Optional(
        Type.String({ maxLength: 64, description: 'revoke (default), organization, or the id of another member' }),
      ),
    }),
    answer: { status: 204 },
    reasons: ['active_key_limit'],
    find: ({ caller, params }) => members.get(inNamed(caller, params.id), params.userId),
    async handle({ caller, params, query }) {
      const input = { keys: parseKeyFate(query.keys), mayBeLast: true }
      await members.remove(inNamed(caller, params.id), params.userId, input)
      return null
    },
  })
}

/** The operator, in the organization that the path names. */
function inNamed(caller: Caller, id: string): CallerIn {
  const organizationId = parseChosenId('org', id)
  if (organizationId === null) throw notFound()
  return { ...asOperator(caller), organizationId }
}
