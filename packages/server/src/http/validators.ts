import { Ajv, type ValidateFunction } from 'ajv'
import formatsPlugin from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { allSchemas } from './schemas/all.ts'

/**
 * Two compilers: bodies are taken as they are, query texts become the numbers and booleans that their schema wants.
 * Nothing is ever removed: what is not declared is an error.
 */
export function setValidators(app: FastifyInstance): void {
  const strict = createAjv(false)
  const coercing = createAjv(true)
  for (const schema of allSchemas) app.addSchema(schema)
  app.setValidatorCompiler(({ schema, httpPart }): ValidateFunction => {
    const ajv = httpPart === 'querystring' ? coercing : strict
    return ajv.compile(schema)
  })
  app.setSchemaErrorFormatter((errors) => Object.assign(new Error('validation'), { validation: errors }))
}

function createAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ coerceTypes, removeAdditional: false, useDefaults: false, allErrors: false, strict: false })
  formatsPlugin.default(ajv)
  for (const schema of allSchemas) ajv.addSchema(schema)
  return ajv
}
