import { NavLink, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { NavLink as RouterLink } from 'react-router'
import { useInstallation } from '../installation-context.ts'
import { useSession } from '../session/session-context.ts'
import { shellText as text } from '../text/shell.ts'
import { navigationOf, type NavigationEntry } from './navigation.ts'

export function NavigationLinks({ onFollow }: { readonly onFollow: () => void }) {
  const { may } = useSession()
  const installation = useInstallation()
  return (
    <Stack gap="lg">
      {navigationOf(installation).map(({ label, entries }) => {
        const shown = entries.filter(({ permission }) => permission === null || may(permission))
        if (shown.length === 0) return null
        return (
          <Stack key={label} gap={2}>
            <Text size="xs" fw={600} c="dimmed" px="sm" pb={4}>
              {label}
            </Text>
            {shown.map((entry) => (
              <NavigationLink key={entry.path} entry={entry} onFollow={onFollow} />
            ))}
          </Stack>
        )
      })}
    </Stack>
  )
}

type NavigationLinkProps = { readonly entry: NavigationEntry; readonly onFollow: () => void }

function NavigationLink({ entry, onFollow }: NavigationLinkProps) {
  const { path, label, icon: Icon, isOutside } = entry
  const leftSection = <Icon size={18} aria-hidden />
  if (isOutside === true) {
    return (
      <NavLink
        component="a"
        href={path}
        target="_blank"
        rel="noreferrer"
        label={label}
        leftSection={leftSection}
        rightSection={
          <>
            <IconExternalLink size={14} aria-hidden />
            <VisuallyHidden>{text.openOther}</VisuallyHidden>
          </>
        }
      />
    )
  }
  return (
    <RouterLink to={path} onClick={onFollow} style={{ textDecoration: 'none', color: 'inherit' }}>
      {({ isActive }) => <NavLink component="span" active={isActive} label={label} leftSection={leftSection} />}
    </RouterLink>
  )
}
