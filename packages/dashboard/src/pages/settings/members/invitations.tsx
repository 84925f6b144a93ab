import { Button, Stack, Text, Title } from '@mantine/core'
import type { Invitation } from '@mintmark/sdk'
import { IconMail } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { Time } from '../../../feedback/time.tsx'
import { DataTable, type Column } from '../../../list/data-table.tsx'
import { usePages } from '../../../list/use-pages.ts'
import { ActDialog } from '../../../session/act-dialog.tsx'
import { useMintmark, useSession } from '../../../session/session-context.ts'
import { listText } from '../../../text/list.ts'
import { membersText } from '../../../text/members.ts'

const text = membersText.invitations
const columns: readonly Column<Invitation>[] = [
  { id: 'email', label: membersText.invite.email, render: ({ email }) => email },
  { id: 'role', label: membersText.columns.role, render: ({ role }) => role },
  { id: 'expires', label: membersText.columns.expires, render: ({ expiresAt }) => <Time value={expiresAt} /> },
]

export function Invitations() {
  const { mintmark, may } = useSession()
  const list = usePages(['invitations'], (signal) => mintmark.users.invitations({}, { signal }))
  const [chosen, choose] = useState<Invitation | null>(null)
  const actions: Column<Invitation> = {
    id: 'actions',
    label: listText.actions,
    isActions: true,
    render: (invitation) => (
      <Button
        variant="default"
        size="xs"
        onClick={() => choose(invitation)}
        aria-label={`${text.withdraw}: ${invitation.email}`}
      >
        {text.withdraw}
      </Button>
    ),
  }
  return (
    <Stack gap="sm">
      <Title order={2}>{text.title}</Title>
      <DataTable
        label={text.title}
        list={list}
        columns={may('users:invite') ? [...columns, actions] : columns}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconMail} {...text.empty} />}
      />
      {chosen !== null && <WithdrawDialog invitation={chosen} onClose={() => choose(null)} />}
    </Stack>
  )
}

type WithdrawDialogProps = { readonly invitation: Invitation; readonly onClose: () => void }

function WithdrawDialog({ invitation: { id, email }, onClose }: WithdrawDialogProps) {
  const mintmark = useMintmark()
  return (
    <ActDialog
      title={text.withdrawTitle}
      submit={text.withdraw}
      isDangerous
      act={() => mintmark.users.withdrawInvitation(id)}
      onClose={onClose}
    >
      <Text size="sm">{text.withdrawWhy(email)}</Text>
    </ActDialog>
  )
}
