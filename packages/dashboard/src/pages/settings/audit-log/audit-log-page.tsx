import { Button, Paper, Stack, Switch } from '@mantine/core'
import type { AuditEvent } from '@mintmark/sdk'
import { IconListSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { Time } from '../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../list/data-table.tsx'
import { usePages } from '../../../list/use-pages.ts'
import { useMintmark } from '../../../session/session-context.ts'
import { Page } from '../../../shell/page.tsx'
import { auditLogText as text } from '../../../text/audit-log.ts'
import { listText } from '../../../text/list.ts'
import { AuditEventDialog } from './audit-event-dialog.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { noFilter, queryOf, type AuditFilter } from './audit-filter.ts'
import { ChainStatus } from './chain-status.tsx'
import { useMemberNames } from './use-member-names.ts'

const tailEveryMs = 2_000

export function AuditLogPage() {
  const mintmark = useMintmark()
  const nameOf = useMemberNames()
  const [filter, setFilter] = useState<AuditFilter>(noFilter)
  const [isLive, setLive] = useState(false)
  const [chosen, choose] = useState<AuditEvent | null>(null)
  const list = usePages(['audit-events', filter], (signal) => mintmark.audit.list(queryOf(filter), { signal }), {
    refetchInterval: isLive ? tailEveryMs : false,
  })
  return (
    <Page title={text.title} description={text.description}>
      <ChainStatus />
      <Paper withBorder p="md">
        <Stack>
          <AuditFilters onApply={setFilter} />
          <Switch
            label={text.tail}
            description={text.tailHelp}
            checked={isLive}
            onChange={({ currentTarget }) => setLive(currentTarget.checked)}
          />
        </Stack>
      </Paper>
      <DataTable
        label={text.title}
        list={list}
        columns={columnsWith(nameOf, choose)}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconListSearch} {...text.empty} />}
      />
      {chosen !== null && <AuditEventDialog event={chosen} nameOf={nameOf} onClose={() => choose(null)} />}
    </Page>
  )
}

function columnsWith(
  nameOf: (thing: AuditEvent['target']) => string,
  choose: (event: AuditEvent) => void,
): readonly Column<AuditEvent>[] {
  return [
    { id: 'action', label: text.columns.action, isShort: true, render: ({ action }) => action },
    { id: 'at', label: text.columns.at, isShort: true, render: ({ at }) => <Time value={at} /> },
    { id: 'actor', label: text.columns.actor, render: ({ actor }) => nameOf(actor) },
    { id: 'target', label: text.columns.target, render: ({ target }) => nameOf(target) },
    { id: 'ip', label: text.columns.ip, isShort: true, render: ({ ip }) => ip ?? text.unknown },
    {
      id: 'details',
      label: listText.actions,
      isActions: true,
      render: (event) => (
        <Button
          variant="default"
          size="xs"
          onClick={() => choose(event)}
          aria-label={`${text.details}: ${event.action} ${event.sequence}`}
        >
          {text.details}
        </Button>
      ),
    },
  ]
}
