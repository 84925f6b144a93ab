import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Reason, WindowDecision } from '@mintmark/core'
import { inOrganization } from '../engine/admit.ts'
import type { Caller, CallerIn, MemberCaller, OperatorCaller } from '../engine/caller.ts'
import { policies, type Operation, type Policy } from '../engine/policy.ts'
import { refuse } from '../engine/refused.ts'
import type { Done, IdempotentRequest } from '../engine/unit-of-work.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { requiresBody, type DescribedAnswer, type DescribedOperation } from './openapi/described-operation.ts'

/** What `authenticate` leaves on a request. */
export type Identity = { readonly caller: Caller; readonly window: WindowDecision | null }

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null
    /** The body's text as it came. */
    bodyText: string
  }
  interface FastifyContextConfig {
    policy?: Policy
    /** What GET /openapi.json says of the route. */
    described?: DescribedOperation
    /** Looks for what the path names, before the body is read: 404 comes before 400 (API.md section 3). */
    find?: (call: Call<unknown, unknown, Record<string, string>>) => Promise<unknown>
  }
}

/** One request, typed by its route's schemas. */
export type Call<Body, Query, Params> = {
  readonly body: Body
  readonly query: Query
  readonly params: Params
  readonly caller: Caller
  readonly window: WindowDecision | null
  readonly idempotency: IdempotentRequest | null
}

type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [K in Name]: string } & ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? { readonly [K in Name]: string }
    : {}

export type Route<Path extends string, Body extends TSchema, Query extends TSchema> = {
  readonly operation: Operation
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: Path
  readonly summary: string
  readonly description?: string
  readonly tag: string
  readonly body?: Body
  readonly query?: Query
  /** What the answer is: 204 without a schema. */
  readonly answer: RouteAnswer
  /** Reasons besides those that any request may meet. */
  readonly reasons?: readonly Reason[]
  readonly find?: (call: Call<unknown, unknown, ParamsOf<Path>>) => Promise<unknown>
  readonly handle: (call: Call<Static<Body>, Static<Query>, ParamsOf<Path>>) => Promise<Answer | null>
}

export type RouteAnswer = {
  readonly status: 200 | 201 | 204
  readonly schema?: TSchema | { readonly $ref: string }
  /** What is answered is a text as it stands, of this type. Default: JSON, by the schema. */
  readonly contentType?: `text/plain${string}`
}

/** A handler's answer: the value, and whether it is an earlier one given again. */
export type Answer = { readonly value: unknown; readonly replayed?: boolean }

/** Registers a route with the policy of its operation: there is no other way to register one. */
export function addRoute<const Path extends string, Body extends TSchema, Query extends TSchema>(
  app: FastifyInstance,
  route: Route<Path, Body, Query>,
): void {
  const { operation, method, path, answer, body, query } = route
  const described = describe(route)
  app.route({
    method,
    url: path,
    config: {
      policy: described.policy,
      described,
      ...(route.find !== undefined && { find: route.find as never }),
    },
    schema: {
      operationId: operation,
      ...(body !== undefined && { body }),
      ...(query !== undefined && { querystring: query }),
      ...(answer.schema !== undefined &&
        answer.contentType === undefined && { response: { [answer.status]: answer.schema } }),
    },
    ...(body !== undefined && !requiresBody(body) && { preValidation: takeNoBodyForAnEmptyOne }),
    async handler(request, reply) {
      const result = await route.handle(callOf(request) as Call<Static<Body>, Static<Query>, ParamsOf<Path>>)
      if (result?.replayed === true) void reply.header('Idempotent-Replayed', 'true')
      void reply.code(answer.status)
      if (answer.contentType !== undefined) void reply.type(answer.contentType)
      return answer.status === 204 ? reply.send() : (result?.value ?? null)
    },
  })
}

async function takeNoBodyForAnEmptyOne(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {}
}

function describe<Path extends string, Body extends TSchema, Query extends TSchema>(
  route: Route<Path, Body, Query>,
): DescribedOperation {
  const { operation, method, path, tag, summary, description, answer, body, query, reasons = [] } = route
  return {
    operationId: operation,
    method,
    path,
    tag,
    summary,
    ...(description !== undefined && { description }),
    policy: policies[operation],
    ...(body !== undefined && { body }),
    ...(query !== undefined && { query }),
    answers: [describeAnswer(answer)],
    reasons,
    readsBody: true,
  }
}

function describeAnswer({ status, schema, contentType }: RouteAnswer): DescribedAnswer {
  return {
    description: 'Done.',
    status,
    ...(schema !== undefined && { schema }),
    ...(contentType !== undefined && { mediaTypes: ['text/plain'] }),
  }
}

/** The call as a handler sees it. `body` and `query` have been checked by the route's schemas. */
export function callOf(request: FastifyRequest): Call<unknown, unknown, unknown> {
  const { identity } = request
  if (identity === null) throw new Error('A route with a policy is authenticated before it is handled.')
  return {
    body: request.body ?? {},
    query: request.query,
    params: request.params,
    caller: identity.caller,
    window: identity.window,
    get idempotency() {
      return idempotencyOf(request)
    },
  }
}

function idempotencyOf(request: FastifyRequest): IdempotentRequest | null {
  const key = readIdempotencyKey(request.raw.rawHeaders)
  if (key === null || request.method !== 'POST') return null
  return { key, request: `${request.method} ${request.url}\n${request.bodyText}` }
}

/** What a use case did, as an answer. */
export function answerOf<T>(done: Done<T>): Answer {
  return { value: done.value, replayed: done.replayed }
}

/** The policy has let in nobody else: these say so to the compiler. */
export function asOperator(caller: Caller): OperatorCaller {
  if (caller.kind !== 'operator') throw refuse('forbidden', 'This needs an operator key.')
  return caller
}

export function asOperatorIn(caller: Caller): OperatorCaller & CallerIn {
  const inside = inOrganization(caller)
  if (inside.kind !== 'operator') throw refuse('forbidden', 'This needs an operator key.')
  return inside
}

export function asMember(caller: Caller): MemberCaller {
  if (caller.kind !== 'member') throw refuse('forbidden', 'This needs a session token.')
  return caller
}
