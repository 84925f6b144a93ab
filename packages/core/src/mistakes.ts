import type { Mistake } from './contract-terms.ts'

/** The path of a document itself. */
export const rootPath = '(contract)'

/** Collects mistakes. What was wrong first at a path is what matters there: later ones only follow from it. */
export class MistakeList {
  readonly #messageByPath = new Map<string, string>()

  report(path: string, message: string): void {
    if (!this.#messageByPath.has(path)) this.#messageByPath.set(path, message)
  }

  /** Whether nothing was reported at exactly these paths, so that a rule about what stands there makes sense. */
  isSoundAt(...paths: readonly string[]): boolean {
    return !paths.some((path) => this.#messageByPath.has(path))
  }

  list(): readonly Mistake[] {
    return Array.from(this.#messageByPath, ([path, message]) => ({ path, message }))
  }
}

/** `keys` and `length` give `keys.length`; a name that is no plain word is quoted: `roles["a b"]`. */
export function pathOf(parent: string, name: string | number): string {
  if (typeof name === 'number') return `${parent}[${name}]`
  const isPlain = /^[\w-]{1,64}$/.test(name)
  if (parent === rootPath) return isPlain ? name : `[${quoted(name)}]`
  return isPlain ? `${parent}.${name}` : `${parent}[${quoted(name)}]`
}

const maxQuotedLength = 60

/** A value of the contract as a message may show it: on one line, without control characters, not too long. */
export function quoted(value: string): string {
  const short = value.length > maxQuotedLength ? `${value.slice(0, maxQuotedLength)}…` : value
  return JSON.stringify(short).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
}

export function quotedList(values: readonly string[], conjunction: 'and' | 'or'): string {
  const last = values.at(-1)
  if (last === undefined) return 'nothing'
  if (values.length === 1) return quoted(last)
  return `${values.slice(0, -1).map(quoted).join(', ')} ${conjunction} ${quoted(last)}`
}

/** How a message calls what stands where something else should. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'object') return 'an object'
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value
}
