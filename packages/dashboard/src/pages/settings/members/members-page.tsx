import { Button, Stack } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useSession } from '../../../session/session-context.ts'
import { Page } from '../../../shell/page.tsx'
import { membersText as text } from '../../../text/members.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { Invitations } from './invitations.tsx'
import { MemberTable } from './member-table.tsx'

export function MembersPage() {
  const { may } = useSession()
  const [isInviting, setInviting] = useState(false)
  const invite = may('users:invite') && (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
      {text.invite.button}
    </Button>
  )
  return (
    <Page title={text.title} description={text.description} actions={invite}>
      <Stack gap="xl">
        <MemberTable />
        <Invitations />
      </Stack>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  )
}
