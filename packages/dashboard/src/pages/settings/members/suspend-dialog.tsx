import { Text } from '@mantine/core'
import type { Member } from '@mintmark/sdk'
import { ActDialog } from '../../../session/act-dialog.tsx'
import { useMintmark } from '../../../session/session-context.ts'
import { membersText as text } from '../../../text/members.ts'
import { nameOf } from './member-name.ts'

type SuspendDialogProps = { readonly member: Member; readonly onClose: () => void }

/** Suspends who is active, and resumes who is suspended. */
export function SuspendDialog({ member, onClose }: SuspendDialogProps) {
  const mintmark = useMintmark()
  const isActive = member.status === 'active'
  const words = isActive ? text.suspend : text.resume
  return (
    <ActDialog
      title={words.title(nameOf(member))}
      submit={words.submit}
      act={() => mintmark.users.update(member.id, { status: isActive ? 'suspended' : 'active' })}
      onClose={onClose}
    >
      <Text size="sm">{words.why}</Text>
    </ActDialog>
  )
}
