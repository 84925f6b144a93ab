import { Box, Button, Group, NavLink, Text } from '@mantine/core'
import { NavLink as RouterLink, Route, Routes } from 'react-router'
import { ColorSchemeSwitch } from '../../shell/color-scheme-switch.tsx'
import { operatorText as text } from '../../text/operator.ts'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { ContractPage } from './contract-in-force/contract-page.tsx'
import { HealthPage } from './health/health-page.tsx'
import { KeysPage } from './keys/keys-page.tsx'
import { useOperator } from './operator-context.ts'
import classes from './operator-shell.module.css'
import { OrganizationsPage } from './organizations/organizations-page.tsx'

const pages = [
  { path: '', label: text.pages.organizations, page: <OrganizationsPage /> },
  { path: 'keys', label: text.pages.keys, page: <KeysPage /> },
  { path: 'contract', label: text.pages.contract, page: <ContractPage /> },
  { path: 'health', label: text.pages.health, page: <HealthPage /> },
] as const

export function OperatorShell() {
  const { forget } = useOperator()
  return (
    <Box className={classes.ground}>
      <Group component="header" justify="space-between" p="md">
        <Text fw={700} size="lg">
          {text.title}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={forget}>
            {text.forget}
          </Button>
          <ColorSchemeSwitch />
        </Group>
      </Group>
      <nav aria-label={text.navigation} className={classes.navigation}>
        {pages.map(({ path, label }) => (
          <RouterLink key={path} to={`/operator/${path}`} end className={classes.link ?? ''}>
            {({ isActive }) => <NavLink component="span" active={isActive} label={label} />}
          </RouterLink>
        ))}
      </nav>
      <Box component="main" p="md">
        <Routes>
          {pages.map(({ path, page }) => (
            <Route key={path} path={path} element={page} />
          ))}
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Box>
    </Box>
  )
}
