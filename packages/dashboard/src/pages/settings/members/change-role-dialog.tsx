import type { Member } from '@mintmark/sdk'
import { useState } from 'react'
import { ActDialog } from '../../../session/act-dialog.tsx'
import { useMintmark } from '../../../session/session-context.ts'
import { membersText as text } from '../../../text/members.ts'
import { nameOf } from './member-name.ts'
import { RoleSelect } from './role-select.tsx'

type ChangeRoleDialogProps = { readonly member: Member; readonly onClose: () => void }

export function ChangeRoleDialog({ member, onClose }: ChangeRoleDialogProps) {
  const mintmark = useMintmark()
  const [role, setRole] = useState(member.role)
  return (
    <ActDialog
      title={text.changeRole.title(nameOf(member))}
      submit={text.changeRole.submit}
      act={() => mintmark.users.update(member.id, { role })}
      onClose={onClose}
    >
      <RoleSelect value={role} onChange={setRole} />
    </ActDialog>
  )
}
