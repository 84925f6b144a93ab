import { GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import { openingInProcess } from '../testing/in-process.ts'
import { policies } from '../engine/policy.ts'
import { applyPolicies, operation } from './apply-policies.ts'
import { printGraphqlSchema } from './print-schema.ts'
import { createSchema } from './schema.ts'

const resolve = () => 1
const schemaWith = (root: 'query' | 'mutation', extensions: object) => {
  const fields = { field: { type: GraphQLInt, resolve, extensions: extensions as Record<string, unknown> } }
  const type = new GraphQLObjectType({ name: root, fields })
  const query = new GraphQLObjectType({
    name: 'q',
    fields: { known: { type: GraphQLInt, resolve, extensions: { ...operation('getMe') } } },
  })
  return new GraphQLSchema(root === 'query' ? { query: type } : { query, mutation: type })
}

describe('a field of the root', () => {
  test.each(['query', 'mutation'] as const)('of %s that states no policy is never served', (root) => {
    const error = `${root}.field states no operation of the policy table.`
    for (const extensions of [{}, { operation: 'toString' }, { operation: 'getNothing' }, { operation: null }]) {
      expect(() => applyPolicies(schemaWith(root, extensions), () => undefined)).toThrow(error)
    }
    expect(() => applyPolicies(schemaWith(root, operation('listApiKeys')), () => undefined)).not.toThrow()
  })

  test('states the operation that it is, each its own', async () => {
    const { mintmark } = await openingInProcess()()
    const schema = createSchema(mintmark.engine, () => undefined)
    const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}),
    )
    const stated = Object.fromEntries(fields.map(({ name, extensions }) => [name, extensions['operation']]))
    expect(stated).toEqual({
      me: 'getMe',
      apiKeys: 'listApiKeys',
      apiKey: 'getApiKey',
      apiKeyRateLimit: 'getCreationLimits',
      usage: 'getUsage',
      createApiKey: 'mintApiKey',
      updateApiKey: 'updateApiKey',
      revokeApiKey: 'revokeApiKey',
      rotateApiKey: 'rotateApiKey',
      deleteApiKey: 'deleteApiKey',
    })
    for (const name of Object.values(stated)) expect(Object.keys(policies)).toContain(name)
    expect(printGraphqlSchema(mintmark.engine)).toContain('type Query {')
  })
})
