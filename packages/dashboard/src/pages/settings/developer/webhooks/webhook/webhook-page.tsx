import { Anchor, Group, Stack, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { ErrorState } from '../../../../../feedback/error-state.tsx'
import { Facts } from '../../../../../feedback/facts.tsx'
import { PageLoader } from '../../../../../feedback/page-loader.tsx'
import { Time } from '../../../../../feedback/time.tsx'
import { useSession } from '../../../../../session/session-context.ts'
import { Page } from '../../../../../shell/page.tsx'
import { webhooksText as text } from '../../../../../text/webhooks.ts'
import { EventNames } from '../event-names.tsx'
import { WebhookStatus } from '../webhook-status.tsx'
import { Deliveries } from './deliveries.tsx'
import { WebhookActions } from './webhook-actions.tsx'

export function WebhookPage() {
  const { webhookId = '' } = useParams()
  const { mintmark, may } = useSession()
  const { data, error, refetch } = useQuery({
    queryKey: ['webhooks', webhookId],
    queryFn: ({ signal }) => mintmark.webhooks.get(webhookId, { signal }),
  })
  const above = (
    <Anchor component={Link} to="/settings/developer/webhooks" size="sm">
      <Group component="span" gap={4} display="inline-flex">
        <IconArrowLeft size={14} aria-hidden /> {text.title}
      </Group>
    </Anchor>
  )
  if (data === undefined) {
    return (
      <Page title={text.title} above={above}>
        {error === null ? <PageLoader /> : <ErrorState error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  }
  const { url, description, events, disabledReason, createdAt } = data
  return (
    <Page
      title={url}
      above={above}
      description={description ?? undefined}
      actions={may('webhooks:write') && <WebhookActions webhook={data} />}
    >
      <Facts
        facts={[
          { label: text.columns.status, value: <WebhookStatus webhook={data} /> },
          ...(disabledReason === null ? [] : [{ label: '', value: reasonOf(disabledReason) }]),
          { label: text.columns.events, value: <EventNames events={events} /> },
          { label: text.columns.created, value: <Time value={createdAt} /> },
        ]}
      />
      <Stack gap="sm">
        <Title order={2}>{text.deliveries.title}</Title>
        <Deliveries webhookId={webhookId} />
      </Stack>
    </Page>
  )
}

function reasonOf(reason: string): string {
  return Object.entries(text.reasons).find(([name]) => name === reason)?.[1] ?? reason
}
