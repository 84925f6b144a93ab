import { Badge, Group, Text } from '@mantine/core'
import type { Member } from '@mintmark/sdk'
import { IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { Time } from '../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../list/data-table.tsx'
import { usePages } from '../../../list/use-pages.ts'
import { useSession } from '../../../session/session-context.ts'
import { listText } from '../../../text/list.ts'
import { membersText as text } from '../../../text/members.ts'
import { ChangeRoleDialog } from './change-role-dialog.tsx'
import { nameOf } from './member-name.ts'
import { MemberMenu, type MemberAct } from './member-menu.tsx'
import { RemoveMemberDialog } from './remove-member-dialog.tsx'
import { SuspendDialog } from './suspend-dialog.tsx'

type Chosen = { readonly member: Member; readonly act: MemberAct }

export function MemberTable() {
  const { mintmark, standing, may } = useSession()
  const list = usePages(['members'], (signal) => mintmark.users.list({}, { signal }))
  const [chosen, choose] = useState<Chosen | null>(null)
  const actions: Column<Member> = {
    id: 'actions',
    label: listText.actions,
    isActions: true,
    render: (member) => <MemberMenu member={member} onChoose={(act) => choose({ member, act })} />,
  }
  return (
    <>
      <DataTable
        label={text.title}
        list={list}
        columns={[...columnsFor(standing.userId), ...(may('users:write') ? [actions] : [])]}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconUsers} {...text.empty} />}
      />
      {chosen !== null && <MemberDialog {...chosen} onClose={() => choose(null)} />}
    </>
  )
}

function MemberDialog({ member, act, onClose }: Chosen & { readonly onClose: () => void }) {
  if (act === 'role') return <ChangeRoleDialog member={member} onClose={onClose} />
  if (act === 'remove') return <RemoveMemberDialog member={member} onClose={onClose} />
  return <SuspendDialog member={member} onClose={onClose} />
}

function columnsFor(ownId: string): readonly Column<Member>[] {
  return [
    { id: 'name', label: text.columns.name, render: (member) => <MemberName member={member} ownId={ownId} /> },
    { id: 'role', label: text.columns.role, render: ({ role }) => role },
    {
      id: 'status',
      label: text.columns.status,
      render: ({ status }) => (
        <Badge variant="light" color={status === 'active' ? 'green' : 'orange'}>
          {text.statuses[status]}
        </Badge>
      ),
    },
    { id: 'lastSeen', label: text.columns.lastSeen, render: ({ lastSeenAt }) => <Time value={lastSeenAt} /> },
  ]
}

function MemberName({ member, ownId }: { readonly member: Member; readonly ownId: string }) {
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {nameOf(member)}
        </Text>
        {member.id === ownId && (
          <Badge size="sm" variant="outline" color="gray">
            {text.you}
          </Badge>
        )}
      </Group>
      {member.name !== null && (
        <Text size="xs" c="dimmed">
          {member.email ?? member.id}
        </Text>
      )}
    </div>
  )
}
