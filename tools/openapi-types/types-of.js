import openapiTypescript, { astToString } from 'openapi-typescript'

/**
 * TypeScript that says what an OpenAPI document says of requests and their successes. Headers and errors are left out:
 * the SDK writes and reads those itself, alike for every operation.
 * @param {Document} document
 * @typedef {import('openapi-typescript').OpenAPI3} Document
 */
export async function typesOf(document) {
  const options = { defaultNonNullable: false, alphabetize: true }
  return astToString(await openapiTypescript(withoutHeadersAndErrors(document), options))
}

/** @param {Document} document */
function withoutHeadersAndErrors({ components, paths = {}, ...document }) {
  const slim = structuredClone(paths)
  for (const item of Object.values(slim)) {
    for (const operation of Object.values(item)) {
      if (!isOperation(operation)) continue
      operation.parameters = (operation.parameters ?? []).filter((parameter) => !isInHeader(parameter))
      const successes = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith('2'))
      operation.responses = Object.fromEntries(successes)
      for (const [, response] of successes) if ('headers' in response) delete response.headers
    }
  }
  return { ...document, paths: slim, components: { schemas: components?.schemas ?? {} } }
}

/** @param {object} parameter */
function isInHeader(parameter) {
  return 'in' in parameter && parameter.in === 'header'
}

/**
 * @param {unknown} value
 * @returns {value is import('openapi-typescript').OperationObject}
 */
function isOperation(value) {
  return typeof value === 'object' && value !== null && 'responses' in value
}
