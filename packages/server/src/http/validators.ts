import { Ajv, type AnySchema, type ValidateFunction } from 'ajv'
import formatsPlugin from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { allSchemas } from './schemas/all.ts'
import { faultsOfMeant, type ValidationFault } from './union-faults.ts'

/**
 * Two compilers: bodies are taken as they are, query texts become the numbers and booleans that their schema wants.
 * Nothing is ever removed: what is not declared is an error.
 *
 * A schema is compiled when it is first met: compiling all of them at the start cost a third of its time and memory.
 */
export function setValidators(app: FastifyInstance): void {
  const strict = createAjv(false)
  const coercing = createAjv(true)
  for (const schema of allSchemas) app.addSchema(schema)
  app.setValidatorCompiler(({ schema, httpPart }) =>
    compileLate(httpPart === 'querystring' ? coercing : strict, schema),
  )
  app.setSchemaErrorFormatter((errors) => Object.assign(new Error('validation'), { validation: errors }))
}

type Validate = ((data: unknown) => boolean) & { errors: ValidationFault[] | null }

function compileLate(ajv: Ajv, schema: AnySchema): Validate {
  let compiled: ValidateFunction | null = null
  const schemaOf = (id: string): unknown => (id === '' ? schema : ajv.getSchema(id)?.schema)
  const validate: Validate = Object.assign(
    (data: unknown): boolean => {
      compiled ??= ajv.compile(schema)
      const isValid = compiled(data)
      validate.errors = compiled.errors ? faultsOfMeant(compiled.errors, schemaOf, data) : null
      return isValid
    },
    { errors: null },
  )
  return validate
}

function createAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ coerceTypes, removeAdditional: false, useDefaults: false, allErrors: false, strict: false })
  formatsPlugin.default(ajv)
  for (const schema of allSchemas) ajv.addSchema(schema)
  return ajv
}
