import { RefusedError } from '@mintmark/sdk'

/** What there is, by the path below /v1, and the texts that one of it has. The first is never absent. */
export const resourceKinds = {
  agents: ['name', 'instructions'],
  sites: ['name', 'domain'],
  storage: ['name', 'content'],
  'billing/payment-methods': ['brand', 'lastDigits'],
} as const satisfies Record<string, readonly [string, ...string[]]>

export type ResourceKind = keyof typeof resourceKinds
export type Fields = Readonly<Record<string, string>>

export const kinds = Object.keys(resourceKinds) as readonly ResourceKind[]

const maxTextLength = 10_000

/** Throws what is answered with 400. `isWhole`: something new, which lacks nothing that it must have. */
export function readFields(kind: ResourceKind, body: unknown, isWhole: boolean): Fields {
  const names: readonly string[] = resourceKinds[kind]
  const [required] = resourceKinds[kind]
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  const entries: readonly [string, unknown][] = isObject ? Object.entries(body) : []
  if (!isObject || entries.some(([name]) => !names.includes(name)))
    throw mistake(`Send an object with ${names.join(', ')}.`)
  if (isWhole && !entries.some(([name]) => name === required)) throw mistake(`${required} is missing.`)
  return Object.fromEntries(entries.map(([name, value]) => [name, readText(name, value)]))
}

function readText(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= maxTextLength) return value
  throw mistake(`${name}: write 1 to ${maxTextLength} characters.`)
}

export function mistake(message: string): RefusedError {
  return new RefusedError('invalid_request', message)
}
