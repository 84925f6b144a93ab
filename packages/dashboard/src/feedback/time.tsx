import { listText as text } from '../text/list.ts'

const format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** An instant in the time of whoever looks; to the second, and in UTC, when pointed at. */
export function Time({ value }: { readonly value: string | null }) {
  if (value === null) return <span>{text.never}</span>
  return (
    <time dateTime={value} title={value}>
      {format.format(new Date(value))}
    </time>
  )
}
