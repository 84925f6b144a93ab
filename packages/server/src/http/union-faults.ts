/** As Ajv tells of what a schema does not take. */
export type ValidationFault = {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The schema of an id, as in `Id#/properties/…`; of none: the one that was asked. */
type SchemaOf = (id: string) => unknown
type ObjectSchema = { readonly properties: object; readonly required?: readonly string[] }
type Alternative = { readonly path: string; readonly schema: ObjectSchema; readonly knows: number }

/**
 * Where several objects could have stood, what is wrong is said of the one that was meant: that which knows the most of
 * the fields that are there. Where none knows any, it is said what each of them asks for.
 */
export function faultsOfMeant(
  faults: readonly ValidationFault[],
  schemaOf: SchemaOf,
  data: unknown,
): ValidationFault[] {
  return faults.reduce<ValidationFault[]>(
    (left, union) => {
      const alternatives = union.keyword === 'anyOf' ? alternativesOf(union, schemaOf, data) : []
      if (alternatives.length < 2) return left
      const meant = alternatives.reduce((best, next) => (next.knows > best.knows ? next : best))
      const isInside = (path: string) => (fault: ValidationFault) => fault.schemaPath.startsWith(`${path}/`)
      if (meant.knows > 0) {
        return left.filter((fault) => !isInside(union.schemaPath)(fault) || isInside(meant.path)(fault))
      }
      const required = alternatives.map((alternative) => alternative.schema.required ?? [])
      return left
        .filter((fault) => !isInside(union.schemaPath)(fault))
        .map((fault) => (fault === union ? { ...fault, params: { required } } : fault))
    },
    [...faults],
  )
}

/** The objects among what a union takes; none where there is no object. */
function alternativesOf(union: ValidationFault, schemaOf: SchemaOf, data: unknown): readonly Alternative[] {
  const [id = '', pointer = ''] = union.schemaPath.split('#')
  const value = at(data, union.instancePath)
  const branches = at(schemaOf(id), pointer)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Array.isArray(branches)) return []
  const fields = Object.keys(value)
  return branches.flatMap((branch: unknown, index) => {
    if (!isObjectSchema(branch)) return []
    const knows = fields.filter((field) => Object.hasOwn(branch.properties, field)).length
    return [{ path: `${union.schemaPath}/${index}`, schema: branch, knows }]
  })
}

function isObjectSchema(schema: unknown): schema is ObjectSchema {
  return typeof schema === 'object' && schema !== null && 'properties' in schema
}

/** What a JSON pointer leads to, undefined where nothing is. */
function at(value: unknown, pointer: string): unknown {
  return pointerParts(pointer).reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part) ? Reflect.get(inner, part) : undefined,
    value,
  )
}

/** RFC 6901 section 4. */
export function pointerParts(pointer: string): readonly string[] {
  const parts = pointer.split('/').slice(1)
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
