import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import type { ChainDigest } from '@mintmark/core'
import type { CheckInput } from '../../engine/audit-events/check-audit.ts'
import type { AuditQuery } from '../../engine/audit-events/list-audit.ts'
import type { Engine } from '../../engine/engine.ts'
import { addRoute } from '../route.ts'
import { AuditCheckBody, AuditEventQuery } from '../schemas/audit-events.ts'
import { listOf } from '../schemas/shapes.ts'
import { readTime } from '../../engine/read-time.ts'

const tag = 'Audit events'

export function addAuditEventRoutes(app: FastifyInstance, engine: Engine): void {
  const { auditEvents } = engine
  addRoute(app, {
    operation: 'listAuditEvents',
    method: 'GET',
    path: '/v1/audit-events',
    tag,
    summary: 'List audit events, newest first',
    description:
      'A page may be short and yet have a nextCursor: read on until it is null. Events about a deleted key are gone; ' +
      'the event of its deletion says which. Where events are kept for a time alone, audit_events.forgotten says up to ' +
      'which sequence they are gone.',
    query: AuditEventQuery,
    answer: { status: 200, schema: listOf(Type.Ref('AuditEvent#')) },
    handle: async ({ caller, query }) => ({
      value: await auditEvents.list(caller, auditQuery(query)),
    }),
  })
  addRoute(app, {
    operation: 'getAuditHead',
    method: 'GET',
    path: '/v1/audit-events/head',
    tag,
    summary: 'Where the chain of events ends',
    answer: { status: 200, schema: Type.Ref('AuditHead#') },
    handle: async ({ caller }) => ({ value: await auditEvents.head(caller) }),
  })
  addRoute(app, {
    operation: 'checkAudit',
    method: 'POST',
    path: '/v1/audit-events/check',
    tag,
    summary: 'Prove the chain of events, or name the first bad one',
    body: AuditCheckBody,
    answer: { status: 200, schema: Type.Ref('AuditCheck#') },
    handle: async ({ caller, body }) => ({
      value: await auditEvents.check(caller, checkInput(body)),
    }),
  })
}

function auditQuery({ from, to, ...rest }: Static<typeof AuditEventQuery>): AuditQuery {
  return {
    ...rest,
    ...(from !== undefined && { fromMs: readTime('from', from) }),
    ...(to !== undefined && { toMs: readTime('to', to) }),
  }
}

function checkInput({ from, head }: Static<typeof AuditCheckBody>): CheckInput {
  return {
    ...(from !== undefined && { from }),
    ...(head !== undefined && { head: { ...head, digest: head.digest as ChainDigest } }),
  }
}
