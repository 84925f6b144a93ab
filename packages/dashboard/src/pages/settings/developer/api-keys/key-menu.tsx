import { Menu } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { IconBan, IconEye, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react'
import { Link } from 'react-router'
import { RowMenu } from '../../../../list/row-menu.tsx'
import { useSession } from '../../../../session/session-context.ts'
import { apiKeysText as text } from '../../../../text/api-keys.ts'
import type { OpenKeyDialog } from './dialogs/key-dialogs.tsx'
import { rightsTo } from './key-rights.ts'

type KeyMenuProps = { readonly apiKey: ApiKey; readonly keysPath: string; readonly onOpen: OpenKeyDialog }

export function KeyMenu({ apiKey, keysPath, onOpen }: KeyMenuProps) {
  const rights = rightsTo(apiKey, useSession())
  const open = (dialog: Parameters<OpenKeyDialog>[0]) => () => onOpen(dialog, apiKey)
  return (
    <RowMenu name={apiKey.name}>
      <Menu.Item component={Link} to={`${keysPath}/${apiKey.id}`} leftSection={<IconEye size={16} aria-hidden />}>
        {text.menu.open}
      </Menu.Item>
      {rights.change && (
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open('edit')}>
          {text.menu.edit}
        </Menu.Item>
      )}
      {rights.rotate && (
        <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={open('rotate')}>
          {text.menu.rotate}
        </Menu.Item>
      )}
      {rights.revoke && (
        <Menu.Item leftSection={<IconBan size={16} aria-hidden />} onClick={open('revoke')}>
          {text.menu.revoke}
        </Menu.Item>
      )}
      {rights.remove && (
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={open('delete')}>
          {text.menu.remove}
        </Menu.Item>
      )}
    </RowMenu>
  )
}
