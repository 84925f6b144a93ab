import type { Host } from './host.ts'

export type JsonOption = { readonly json?: boolean | undefined }

/** One column of a list: its title, and what stands in it. */
export type Column<T> = readonly [title: string, of: (item: T) => string | number | null]

/** One JSON document. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** A list in columns, or as JSON. People at a terminal get titles; programs get nothing but the data. */
export function printList<T>(
  host: Host,
  { json }: JsonOption,
  items: readonly T[],
  columns: readonly Column<T>[],
): void {
  if (json === true) {
    host.stdout.write(toJson(items))
    return
  }
  const rows = items.map((item) => columns.map(([, of]) => cell(of(item))))
  const titles = columns.map(([title]) => title.toUpperCase())
  const isTitled = host.stdout.isTTY === true && rows.length > 0
  for (const line of alignedLines(isTitled ? [titles, ...rows] : rows)) host.stdout.write(`${line}\n`)
}

/** One thing, a field a line, or as JSON. */
export function printFields(host: Host, { json }: JsonOption, value: object): void {
  if (json === true) {
    host.stdout.write(toJson(value))
    return
  }
  const rows = Object.entries(value).map(([name, field]) => [name, cell(textOf(field))])
  for (const line of alignedLines(rows)) host.stdout.write(`${line}\n`)
}

/** What was done, in words for people, and as one document where JSON is wanted. */
export function printDone(host: Host, { json }: JsonOption, done: object, words: string): void {
  if (json === true) host.stdout.write(toJson(done))
  host.stderr.write(`${words}\n`)
}

/** Rows whose cells begin below one another, two spaces apart. */
export function alignedLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((text, index) => (widths[index] = Math.max(widths[index] ?? 0, text.length)))
  }
  return rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** What is not there is a dash, so that columns can be counted. Whatever could steer a terminal is written out. */
function cell(value: string | number | null): string {
  const text = value === null || value === '' ? '-' : String(value)
  return text.replaceAll(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

function textOf(value: unknown): string | number | null {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',')
  return JSON.stringify(value)
}
