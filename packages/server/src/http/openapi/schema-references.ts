/** A part of the document. */
export type Json = { readonly [name: string]: unknown }

/**
 * A schema as it stands in the document: what refers to another by its name (`ApiKey#`) points into the components, and
 * the name itself, which the document gives by place, is left out.
 */
export function referring(schema: object): Json {
  const entries = Object.entries(schema).filter(([name]) => name !== '$id')
  return Object.fromEntries(entries.map(([name, value]) => [name, name === '$ref' ? pointTo(value) : inside(value)]))
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside)
  return typeof value === 'object' && value !== null ? referring(value) : value
}

function pointTo(reference: unknown): string {
  return schemaPointer(String(reference).replace(/#$/, ''))
}

export function schemaPointer(name: string): string {
  return `#/components/schemas/${name}`
}
