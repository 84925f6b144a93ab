import { feedbackText as text } from '../text/feedback.ts'
import { writeRelative } from './relative-time.ts'

const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

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
