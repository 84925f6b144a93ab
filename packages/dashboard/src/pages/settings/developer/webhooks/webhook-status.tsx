import { Badge } from '@mantine/core'
import type { Webhook } from '@mintmark/sdk'
import { webhooksText as text } from '../../../../text/webhooks.ts'

export function WebhookStatus({ webhook: { status } }: { readonly webhook: Webhook }) {
  return (
    <Badge variant="light" color={status === 'enabled' ? 'green' : 'gray'}>
      {text.statuses[status]}
    </Badge>
  )
}
