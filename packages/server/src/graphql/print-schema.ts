import { printSchema } from 'graphql'
import type { Engine } from '../engine/engine.ts'
import { createSchema } from './schema.ts'

/** The schema in its own language (GraphQL specification, October 2021, section 3), for who reads it without a server. */
export function printGraphqlSchema(engine: Engine): string {
  return `${printSchema(createSchema(engine, () => undefined))}\n`
}
