import { Checkbox, Fieldset, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { webhookEventTypes } from '@mintmark/sdk'
import { webhooksText } from '../../../../text/webhooks.ts'

const text = webhooksText.create

export type WebhookValues = {
  readonly url: string
  readonly description: string
  readonly events: readonly string[]
}

type WebhookFieldsProps = {
  readonly values: WebhookValues
  readonly onChange: (change: Partial<WebhookValues>) => void
}

/** What is asked for when a webhook is made, and when it is changed. */
export function WebhookFields({ values, onChange }: WebhookFieldsProps) {
  const { url, description, events } = values
  const isAll = events.includes('*')
  return (
    <Stack>
      <TextInput
        label={text.url}
        description={text.urlHelp}
        type="url"
        value={url}
        onChange={({ currentTarget }) => onChange({ url: currentTarget.value })}
        required
        maxLength={2_048}
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        label={text.describe}
        value={description}
        onChange={({ currentTarget }) => onChange({ description: currentTarget.value })}
        maxLength={500}
        autoComplete="off"
      />
      <Fieldset legend={text.events}>
        <Checkbox
          label={webhooksText.all}
          checked={isAll}
          onChange={({ currentTarget }) => onChange({ events: currentTarget.checked ? ['*'] : [] })}
        />
        {!isAll && (
          <Checkbox.Group value={[...expanded(events)]} onChange={(chosen) => onChange({ events: chosen })} mt="sm">
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
              {webhookEventTypes.map((type) => (
                <Checkbox key={type} value={type} label={type} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
        )}
        {events.length === 0 && (
          <Text size="xs" c="dimmed" mt="sm">
            {text.none}
          </Text>
        )}
      </Fieldset>
    </Stack>
  )
}

/** A group such as `api_key.*` as the types that are in it. */
function expanded(events: readonly string[]): readonly string[] {
  return webhookEventTypes.filter((type) => events.includes(type) || events.includes(`${type.split('.')[0]}.*`))
}

export function isComplete({ events }: WebhookValues): boolean {
  return events.length > 0
}
