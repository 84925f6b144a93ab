import { describeValue, pathOf, quoted, quotedList, type MistakeList } from './mistakes.ts'
import { nearestName } from './nearest-name.ts'
import { dictionary } from './plain-data.ts'

/**
 * How one value of the file is read. `read` never throws: it reports what is wrong and gives the filler instead,
 * so that reading goes on and every mistake is found in one pass.
 */
export interface Rule<T> {
  /** Completes "must be …". */
  readonly expected: string
  readonly filler: T
  readonly read: (value: unknown, path: string, mistakes: MistakeList) => T
}

/** A rule, and what holds where the field is absent; without a fallback the field is required. */
export interface Field<T> {
  readonly rule: Rule<T>
  readonly fallback: { readonly value: T } | null
}

export function required<T>(rule: Rule<T>): Field<T> {
  return { rule, fallback: null }
}

export function optional<T>(rule: Rule<T>, value: NoInfer<T>): Field<T> {
  return { rule, fallback: { value } }
}

/** Absent is told from every value that could be written: `null`, which cannot. */
export function maybeAbsent<T>(rule: Rule<T>): Field<T | null> {
  return { rule, fallback: { value: null } }
}

/** A rule for values without parts. */
export interface ScalarRule<T> extends Rule<T> {
  readonly accepts: (value: unknown) => value is T
}

/** Whatever `accepts` takes. */
export function valueThat<T>(expected: string, filler: T, accepts: (value: unknown) => value is T): ScalarRule<T> {
  return {
    expected,
    filler,
    accepts,
    read(value, path, mistakes) {
      if (accepts(value)) return value
      mistakes.report(path, `must be ${expected}, but is ${describeValue(value)}`)
      return filler
    },
  }
}

export function text(expected: string, pattern: RegExp): ScalarRule<string> {
  return valueThat(expected, '', (value): value is string => typeof value === 'string' && pattern.test(value))
}

export function wholeNumber(min: number, max: number): ScalarRule<number> {
  const accepts = (value: unknown): value is number =>
    Number.isSafeInteger(value) && isWithin(Number(value), min, max) && !Object.is(value, -0)
  return valueThat(`a whole number from ${min} to ${max}`, min, accepts)
}

export const flag: ScalarRule<boolean> = valueThat('true or false', false, (value) => typeof value === 'boolean')

export function oneOf<T extends string>(values: readonly [T, ...T[]]): ScalarRule<T> {
  const known = new Set<unknown>(values)
  return valueThat(quotedList(values, 'or'), values[0], (value): value is T => known.has(value))
}

export function nullable<T>(rule: ScalarRule<T>): ScalarRule<T | null> {
  const accepts = (value: unknown): value is T | null => value === null || rule.accepts(value)
  return valueThat(`${rule.expected}, or null`, null, accepts)
}

/** A list whose items keep their places, mistaken ones too, so that later rules can name them by index. */
export function listOf<T>(items: string, rule: Rule<T>, min: number, max: number): Rule<readonly T[]> {
  const expected = `a list of ${min} to ${max} ${items}`
  return {
    expected,
    filler: [],
    read(value, path, mistakes) {
      if (!Array.isArray(value) || !isWithin(value.length, min, max)) {
        const found = Array.isArray(value) ? `has ${value.length}` : `is ${describeValue(value)}`
        mistakes.report(path, `must be ${expected}, but ${found}`)
        return []
      }
      const firstIndexes = new Map<unknown, number>()
      return value.map((item: unknown, index) => {
        const first = firstIndexes.get(item)
        const at = pathOf(path, index)
        if (first === undefined) firstIndexes.set(item, index)
        else mistakes.report(at, `repeats ${pathOf(path, first)}: remove one of them`)
        return rule.read(item, at, mistakes)
      })
    },
  }
}

/** What is wrong with a name and what to write instead, else `null`. */
export type FindNameMistake = (name: string) => string | null

/** An object whose names the company chooses. The result has no prototype. */
export function dictionaryOf<T>(
  findNameMistake: FindNameMistake,
  rule: Rule<T>,
  min: number,
  max: number,
): Rule<Record<string, T>> {
  const expected = `an object with ${min} to ${max} fields`
  return {
    expected,
    filler: dictionary({}),
    read(value, path, mistakes) {
      if (!isObject(value) || !isWithin(Object.keys(value).length, min, max)) {
        const found = isObject(value) ? `has ${Object.keys(value).length}` : `is ${describeValue(value)}`
        mistakes.report(path, `must be ${expected}, but ${found}`)
        return dictionary({})
      }
      const result = dictionary<T>({})
      for (const [key, entry] of Object.entries(value)) {
        const at = pathOf(path, key)
        const mistake = findNameMistake(key)
        if (mistake !== null) mistakes.report(at, mistake)
        result[key] = rule.read(entry, at, mistakes)
      }
      return result
    },
  }
}

/** An object with these fields and no others. */
export function object<T extends object>(fields: { readonly [Name in keyof T]: Field<T[Name]> }): Rule<T> {
  const names = Object.keys(fields)
  const expected = `an object with the fields ${names.join(', ')}`
  const build = (valueOf: (name: string, field: Field<unknown>) => unknown): T => {
    const entries = Object.entries<Field<unknown>>(fields).map(([name, field]) => [name, valueOf(name, field)] as const)
    // Each field was read by its own rule: that is what the type of `fields` says.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return Object.fromEntries(entries) as T
  }
  const filler = build((_, field) => (field.fallback === null ? field.rule.filler : field.fallback.value))
  return {
    expected,
    filler,
    read(value, path, mistakes) {
      if (!isObject(value)) {
        mistakes.report(path, `must be ${expected}, but is ${describeValue(value)}`)
        return filler
      }
      const entries = new Map(Object.entries(value))
      for (const name of entries.keys()) {
        if (!names.includes(name)) mistakes.report(pathOf(path, name), `is no field here${hint(name, names)}`)
      }
      return build((name, field) => readField(entries.get(name), pathOf(path, name), field, mistakes))
    },
  }
}

function readField<T>(value: unknown, path: string, field: Field<T>, mistakes: MistakeList): T {
  if (value !== undefined) return field.rule.read(value, path, mistakes)
  if (field.fallback !== null) return field.fallback.value
  mistakes.report(path, `is missing: write ${field.rule.expected}`)
  return field.rule.filler
}

const maxNamesInHint = 30

/** What to write instead of a name that is not known: the nearest one, else the known ones. */
export function hint(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  if (nearest !== null) return `. Did you mean ${quoted(nearest)}?`
  if (known.length === 0) return ': remove it'
  const more = known.length > maxNamesInHint ? ', …' : ''
  return `: remove it, or write one of ${known.slice(0, maxNamesInHint).map(quoted).join(', ')}${more}`
}

function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
