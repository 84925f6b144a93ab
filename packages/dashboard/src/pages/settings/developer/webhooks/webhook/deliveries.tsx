import { Badge, Button } from '@mantine/core'
import type { Delivery } from '@mintmark/sdk'
import { IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState } from '../../../../../feedback/empty-state.tsx'
import { Time } from '../../../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../../../list/data-table.tsx'
import { usePages } from '../../../../../list/use-pages.ts'
import { useMintmark } from '../../../../../session/session-context.ts'
import { listText } from '../../../../../text/list.ts'
import { webhooksText } from '../../../../../text/webhooks.ts'
import { DeliveryDialog } from './delivery-dialog.tsx'

const text = webhooksText.deliveries
const colours = { pending: 'blue', delivered: 'green', failed: 'red' } as const
/** Deliveries come by themselves: whoever looks at them waits for one. */
const readEveryMs = 3_000

export function Deliveries({ webhookId }: { readonly webhookId: string }) {
  const mintmark = useMintmark()
  const list = usePages(
    ['webhooks', webhookId, 'deliveries'],
    (signal) => mintmark.webhooks.deliveries(webhookId, {}, { signal }),
    { refetchInterval: readEveryMs },
  )
  const [chosenId, choose] = useState<string | null>(null)
  const chosen = list.data?.find(({ id }) => id === chosenId)
  const columns: readonly Column<Delivery>[] = [
    { id: 'type', label: text.columns.type, render: ({ type }) => type },
    { id: 'status', label: text.columns.status, render: ({ status }) => <Outcome status={status} /> },
    { id: 'answer', label: text.columns.answer, render: ({ responseStatus }) => responseStatus ?? text.none },
    { id: 'attempt', label: text.columns.attempt, render: ({ attempt }) => attempt },
    { id: 'at', label: text.columns.at, render: ({ at }) => <Time value={at} /> },
    {
      id: 'details',
      label: listText.actions,
      isActions: true,
      render: ({ id, type }) => (
        <Button variant="default" size="xs" onClick={() => choose(id)} aria-label={`${text.details}: ${type}`}>
          {text.details}
        </Button>
      ),
    },
  ]
  return (
    <>
      <DataTable
        label={text.title}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconSend} {...text.empty} />}
      />
      {chosen !== undefined && <DeliveryDialog webhookId={webhookId} delivery={chosen} onClose={() => choose(null)} />}
    </>
  )
}

export function Outcome({ status }: Pick<Delivery, 'status'>) {
  return (
    <Badge variant="light" color={colours[status]}>
      {text.statuses[status]}
    </Badge>
  )
}
