import { Code } from '@mantine/core'
import type { AuditEvent } from '@mintmark/sdk'
import { IconHistory } from '@tabler/icons-react'
import { EmptyState } from '../../../../../feedback/empty-state.tsx'
import { Time } from '../../../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../../../list/data-table.tsx'
import { usePages } from '../../../../../list/use-pages.ts'
import { useMintmark } from '../../../../../session/session-context.ts'
import { keyPageText } from '../../../../../text/api-keys.ts'
import { useNames, type Names } from '../../../../../session/use-names.ts'

const text = keyPageText.trail

/** What the audit log has of one key. */
export function KeyTrail({ keyId }: { readonly keyId: string }) {
  const mintmark = useMintmark()
  const names = useNames()
  const events = usePages(['audit', 'key', keyId], (signal) =>
    mintmark.audit.list({ target: keyId, limit: 20 }, { signal }),
  )
  return (
    <DataTable
      label={text.title}
      list={events}
      columns={columnsOf(names)}
      idOf={({ id }) => id}
      empty={<EmptyState icon={IconHistory} title={text.none} description={text.noneHelp} />}
    />
  )
}

function columnsOf(names: Names): readonly Column<AuditEvent>[] {
  return [
    { id: 'action', label: text.action, render: ({ action }) => <Code>{action}</Code> },
    {
      id: 'actor',
      label: text.actor,
      render: ({ actor }) => (actor.type === 'member' ? names.member(actor.id) : `${actor.type} ${actor.id ?? ''}`),
    },
    { id: 'at', label: text.at, render: ({ at }) => <Time value={at} /> },
    { id: 'address', label: text.address, render: ({ ip }) => ip ?? '' },
  ]
}
