import type { GraphQLSchema } from 'graphql'
import type { Engine } from '../engine/engine.ts'
import { addApiKeys } from './api-keys.ts'
import { applyPolicies, type Admit } from './apply-policies.ts'
import { addMe } from './me.ts'
import { createBuilder } from './schema-builder.ts'
import { createSharedTypes } from './shared-types.ts'
import { addUsage } from './usage.ts'

/** The whole schema: `schema.graphql` is what it says of itself. */
export function createSchema(engine: Pick<Engine, 'me' | 'keys' | 'readUsage'>, admit: Admit): GraphQLSchema {
  const builder = createBuilder()
  const shared = createSharedTypes(builder)
  addMe(builder, shared, engine.me)
  addApiKeys(builder, shared, engine.keys)
  addUsage(builder, shared, engine.readUsage)
  return applyPolicies(builder.toSchema(), admit)
}
