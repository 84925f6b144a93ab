import { feedbackText as text } from '../text/feedback.ts'

const units = [
  ['year', 365 * 24 * 60 * 60 * 1000],
  ['month', 30 * 24 * 60 * 60 * 1000],
  ['day', 24 * 60 * 60 * 1000],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
  ['second', 1000],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** How long ago, or in how long, in the largest unit of which there is one. */
export function writeRelative(timeMs: number, nowMs: number): string {
  const differenceMs = timeMs - nowMs
  const [unit, unitMs] = units.find(([, size]) => Math.abs(differenceMs) >= size) ?? ['second', 1000]
  return relative.format(Math.round(differenceMs / unitMs), unit)
}

/** An instant in the time of whoever looks; to the second, and in UTC, when pointed at. */
export function Time({ value }: { readonly value: string | null }) {
  if (value === null) return <span>{text.never}</span>
  return (
    <time dateTime={value} title={value}>
      {absolute.format(new Date(value))}
    </time>
  )
}

/** An instant as people speak of it; exactly, when pointed at. */
export function RelativeTime({ value }: { readonly value: string | null }) {
  if (value === null) return <span>{text.never}</span>
  const time = new Date(value)
  return (
    <time dateTime={value} title={absolute.format(time)} style={{ whiteSpace: 'nowrap' }}>
      {writeRelative(time.getTime(), Date.now())}
    </time>
  )
}
