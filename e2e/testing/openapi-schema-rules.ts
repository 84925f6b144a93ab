import { Ajv2020 } from 'ajv/dist/2020.js'
import formatsPlugin from 'ajv-formats'
import {
  listOf,
  partOf,
  pointer,
  type OpenApiDocument,
  type Part,
} from '../../packages/server/src/testing/openapi-document.ts'

/** Points that lead nowhere, words beside a reference (which are ignored), and components that nobody points to. */
export function referenceBreaches(document: OpenApiDocument): readonly string[] {
  const referring = partsOf(document.root, '#').filter(({ part }) => '$ref' in part)
  const pointed = new Set(referring.map(({ part }) => part['$ref']))
  const { securitySchemes: _, ...components } = partOf(document.root['components'])
  // What is asked for on no operation, or on paths that are not here, is told of in words.
  const unrouted = /\/Tenant(NotFound|MethodNotAllowed)$/
  const unused = Object.entries(components)
    .flatMap(([kind, all]) => Object.keys(partOf(all)).map((name) => pointer('components', kind, name)))
    .filter((at) => !pointed.has(at) && !unrouted.test(at))
  const broken = referring.flatMap(({ at, part }) => {
    if (Object.keys(part).length > 1) return [`${at}: words beside a $ref`]
    try {
      document.resolve(part)
      return []
    } catch (error) {
      return [`${at}: ${String(error)}`]
    }
  })
  return [...broken, ...unused.map((at) => `${at}: nobody points to it`)]
}

/** Every schema is one of JSON Schema 2020-12, of known words only, and its examples and default are valid. */
export function schemaBreaches({ root }: OpenApiDocument): readonly string[] {
  const ajv = new Ajv2020({ strictSchema: true, strictTypes: false, strictRequired: false, strictTuples: false })
  formatsPlugin.default(ajv)
  // The document itself is no schema: its words are none of theirs.
  ajv.addVocabulary(Object.keys(root))
  ajv.addSchema(root, 'document', undefined, false)
  return schemasOf(root).flatMap(({ at, part }) => {
    const metaFaults = ajv.validateSchema(part) === true ? [] : [`${at}: ${ajv.errorsText(ajv.errors)}`]
    if (metaFaults.length > 0) return metaFaults
    try {
      const validate = ajv.compile({ $ref: `document${at}` })
      const said = [...listOf(part['examples']), ...('default' in part ? [part['default']] : [])]
      return said.filter((value) => !validate(value)).map((value) => `${at}: ${JSON.stringify(value)} is not valid`)
    } catch (error) {
      return [`${at}: ${String(error)}`]
    }
  })
}

/** The schemas that stand by themselves, and those inside of them that say more than a shape. */
function schemasOf(root: Part): readonly { readonly at: string; readonly part: Part }[] {
  return partsOf(root, '#').filter(
    ({ at, part }) => /(?:\/schema|\/components\/schemas\/[^/]+)$/.test(at) || 'examples' in part || 'default' in part,
  )
}

function partsOf(part: Part, at: string): readonly { readonly at: string; readonly part: Part }[] {
  return Object.entries(part).reduce<{ readonly at: string; readonly part: Part }[]>(
    (found, [name, value]) => {
      const isPart = typeof value === 'object' && value !== null
      return isPart ? found.concat(partsOf(value as Part, `${at}${pointer(name).slice(1)}`)) : found
    },
    Array.isArray(part) ? [] : [{ at, part }],
  )
}
