import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconLogout, IconUser, IconUserCircle } from '@tabler/icons-react'
import { Link } from 'react-router'
import { usePersonSession } from '../session/person-context.ts'
import { shellText as text } from '../text/shell.ts'

export function PersonMenu() {
  const { person, signOut } = usePersonSession()
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.person.menu}>
          <IconUserCircle size={22} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text component="span" display="block" size="sm" fw={600} truncate>
            {person.name}
          </Text>
          <Text component="span" display="block" size="xs" truncate>
            {person.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings/profile" leftSection={<IconUser size={16} aria-hidden />}>
          {text.pages.profile}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          {text.person.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
