import { latestTimeMs } from './keys/key-policy.ts'
import { invalid } from './refused.ts'

/** RFC 3339 section 5.6: date, T, time, fraction or none, Z or an offset. Leap seconds are not taken. */
const shape =
  /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Milliseconds UTC. Throws 400 for a text that is no RFC 3339 time, in UTC too, or names no real day. */
export function readTime(path: string, text: string): number {
  const timeMs = shape.test(text) && isRealDay(text) ? Date.parse(text.toUpperCase()) : Number.NaN
  if (!(timeMs <= latestTimeMs)) throw invalid(path, 'Write an RFC 3339 time, such as 2027-01-31T00:00:00Z.')
  return timeMs
}

/** `Date.parse` lets 30 February pass for 2 March. */
function isRealDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
