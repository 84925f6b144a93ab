import { Menu, Text, UnstyledButton } from '@mantine/core'
import { IconCheck, IconSelector } from '@tabler/icons-react'
import type { ChosenOrganization } from '../session/chosen-organization.ts'
import { usePersonSession } from '../session/person-context.ts'
import { useSession } from '../session/session-context.ts'
import { shellText as text } from '../text/shell.ts'
import classes from './organization-menu.module.css'

/** The organization, one's role in it, and, for who belongs to several, the others. */
export function OrganizationMenu({ chosen: { organization, choose } }: { readonly chosen: ChosenOrganization }) {
  const { organizations } = usePersonSession().person
  const { role } = useSession().standing
  const label = (
    <span className={classes.label}>
      <Text component="span" size="sm" fw={600} truncate display="block">
        {organization?.name}
      </Text>
      <Text component="span" size="xs" c="dimmed" truncate display="block">
        {role}
      </Text>
    </span>
  )
  if (organizations.length < 2) return <div className={classes.box}>{label}</div>
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <UnstyledButton
          className={classes.box}
          data-interactive
          aria-label={text.organization.switch(`${organization?.name}, ${role}`)}
        >
          {label}
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {organizations.map(({ id, name }) => (
          <Menu.Item
            key={id}
            onClick={() => choose(id)}
            rightSection={id === organization?.id ? <IconCheck size={16} aria-hidden /> : null}
            aria-current={id === organization?.id}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
