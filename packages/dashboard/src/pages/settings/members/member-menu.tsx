import { Menu } from '@mantine/core'
import type { Member } from '@mintmark/sdk'
import { IconPlayerPause, IconPlayerPlay, IconShield, IconUserMinus } from '@tabler/icons-react'
import { RowMenu } from '../../../list/row-menu.tsx'
import { membersText as text } from '../../../text/members.ts'
import { nameOf } from './member-name.ts'

export type MemberAct = 'role' | 'standing' | 'remove'

type MemberMenuProps = { readonly member: Member; readonly onChoose: (act: MemberAct) => void }

export function MemberMenu({ member, onChoose }: MemberMenuProps) {
  const isActive = member.status === 'active'
  const StandingIcon = isActive ? IconPlayerPause : IconPlayerPlay
  return (
    <RowMenu name={nameOf(member)}>
      <Menu.Item leftSection={<IconShield size={16} aria-hidden />} onClick={() => onChoose('role')}>
        {text.changeRole.button}
      </Menu.Item>
      <Menu.Item leftSection={<StandingIcon size={16} aria-hidden />} onClick={() => onChoose('standing')}>
        {isActive ? text.suspend.button : text.resume.button}
      </Menu.Item>
      <Menu.Item color="red" leftSection={<IconUserMinus size={16} aria-hidden />} onClick={() => onChoose('remove')}>
        {text.remove.button}
      </Menu.Item>
    </RowMenu>
  )
}
