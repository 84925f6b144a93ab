import { isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql'
import { isOutside, notInside } from '../engine/admit.ts'
import type { Caller } from '../engine/caller.ts'
import { policies, type Operation, type Policy } from '../engine/policy.ts'
import type { GraphqlCall } from './call.ts'

/** Throws unless the policy lets the caller in. */
export type Admit = (caller: Caller, policy: Policy) => void

/** What a field of Query or Mutation says of itself: which operation of the policy table it is. */
export function operation(name: Operation): { readonly operation: Operation } {
  return { operation: name }
}

/**
 * Puts before every field of Query and Mutation its policy, which comes before anything else of the field.
 * Throws where a field states none: such a schema is never served.
 */
export function applyPolicies(schema: GraphQLSchema, admit: Admit): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()].filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) guard(type, field, admit)
  }
  return schema
}

function guard(type: GraphQLObjectType, field: GraphQLField<unknown, GraphqlCall>, admit: Admit): void {
  const { resolve } = field
  const policy = policyOf(field.extensions['operation'])
  if (policy === null || resolve === undefined) {
    throw new Error(`${type.name}.${field.name} states no operation of the policy table.`)
  }
  field.resolve = (parent, args, call, info) => {
    admit(call.caller, policy)
    if (isOutside(call.caller, policy)) throw notInside()
    return resolve(parent, args, call, info)
  }
}

function policyOf(name: unknown): Policy | null {
  return Object.entries(policies).find(([known]) => known === name)?.[1] ?? null
}
