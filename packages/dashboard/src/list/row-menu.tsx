import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { listText as text } from '../text/list.ts'

type RowMenuProps = {
  /** Of what is in the row. */
  readonly name: string
  /** `Menu.Item`s */
  readonly children: ReactNode
}

/** What can be done with one row of a list. */
export function RowMenu({ name, children }: RowMenuProps) {
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.actionsFor(name)}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
