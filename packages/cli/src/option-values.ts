import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

const secondsOf = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** `90s`, `15m`, `24h` or `7d`, as seconds; 0 alone is none. */
export function readDuration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (text === '0') return 0
  if (count === undefined || !isUnit(unit)) throw new InvalidArgumentError('Write 90s, 15m, 24h or 7d.')
  return Number(count) * secondsOf[unit]
}

function isUnit(text: string | undefined): text is keyof typeof secondsOf {
  return text !== undefined && text in secondsOf
}

export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.')
  return Number(text)
}

/** Of an option that may be given several times, or once with commas. */
export function readNames(text: string, before: readonly string[] | undefined): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Write names, with commas between.')
  return [...(before ?? []), ...names]
}

/** `name=value`, of an option that may be given several times. */
export function readPair(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** A point in time, or how far away it lies: `90d` is in 90 days. */
export function readFuture(text: string): string {
  return readTime(text, 1)
}

/** A point in time, or how long ago it was: `7d` is a week ago. */
export function readPast(text: string): string {
  return readTime(text, -1)
}

const day = /^\d{4}-\d\d-\d\d$/
/** RFC 3339. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

function readTime(text: string, direction: 1 | -1): string {
  if (/^\d{1,6}[smhd]$/.test(text)) {
    return new Date(Date.now() + direction * 1_000 * readDuration(text)).toISOString()
  }
  const whole = day.test(text) ? `${text}T00:00:00Z` : text
  if (instant.test(whole) && !Number.isNaN(Date.parse(whole))) return new Date(whole).toISOString()
  throw new InvalidArgumentError('Write 2027-01-31, 2027-01-31T12:00:00Z, or a distance from now: 90d.')
}

/** The window of a limit, in seconds. */
export function windowOption() {
  return new Option('--window <duration>', 'the length of a window').argParser(readDuration).default(60, '60s')
}

type Given<T> = { readonly [Name in keyof T]?: Exclude<T[Name], undefined> }

/** Only what was given: an option that was not said is left out of a request, not sent as nothing. */
export function given<T extends object>(fields: T): Given<T> {
  // What is dropped is what the type leaves out.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
}
