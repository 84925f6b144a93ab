/** The entries of `record` without a prototype: looking up an inherited name such as `constructor` finds nothing. */
export function dictionary<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const result: Record<string, T> = Object.create(null)
  for (const [name, value] of Object.entries(record)) result[name] = value
  return result
}

/** Freezes plain data (no cycles) to its last leaf, and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
