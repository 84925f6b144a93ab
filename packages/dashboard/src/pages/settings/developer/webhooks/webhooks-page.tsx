import { Anchor, Button } from '@mantine/core'
import type { Webhook } from '@mintmark/sdk'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { EmptyState } from '../../../../feedback/empty-state.tsx'
import { Time } from '../../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../../list/data-table.tsx'
import { usePages } from '../../../../list/use-pages.ts'
import { useSession } from '../../../../session/session-context.ts'
import { Page } from '../../../../shell/page.tsx'
import { webhooksText as text } from '../../../../text/webhooks.ts'
import { CreateWebhookDialog } from './create-webhook-dialog.tsx'
import { EventNames } from './event-names.tsx'
import { WebhookStatus } from './webhook-status.tsx'

const columns: readonly Column<Webhook>[] = [
  {
    id: 'url',
    label: text.columns.url,
    render: ({ id, url }) => (
      <Anchor component={Link} to={`/settings/developer/webhooks/${id}`} size="sm" fw={600}>
        {url}
      </Anchor>
    ),
  },
  { id: 'events', label: text.columns.events, render: ({ events }) => <EventNames events={events} /> },
  { id: 'status', label: text.columns.status, render: (webhook) => <WebhookStatus webhook={webhook} /> },
  { id: 'created', label: text.columns.created, render: ({ createdAt }) => <Time value={createdAt} /> },
]

export function WebhooksPage() {
  const { mintmark, may } = useSession()
  const list = usePages(['webhooks'], (signal) => mintmark.webhooks.list({}, { signal }))
  const [isCreating, setCreating] = useState(false)
  const create = may('webhooks:write') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {text.create.button}
    </Button>
  )
  return (
    <Page title={text.title} description={text.description} actions={create}>
      <DataTable
        label={text.title}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconWebhook} {...text.empty} action={create} />}
      />
      {isCreating && <CreateWebhookDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}
