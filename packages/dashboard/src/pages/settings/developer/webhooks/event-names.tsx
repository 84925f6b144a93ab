import { Code, Group } from '@mantine/core'
import { webhooksText as text } from '../../../../text/webhooks.ts'

/** What a webhook hears, as it was written. */
export function EventNames({ events }: { readonly events: readonly string[] }) {
  if (events.includes('*')) return <span>{text.all}</span>
  return (
    <Group gap={4}>
      {events.map((name) => (
        <Code key={name}>{name}</Code>
      ))}
    </Group>
  )
}
