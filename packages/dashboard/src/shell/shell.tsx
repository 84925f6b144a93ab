import { AppShell, Burger, Group, ScrollArea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Suspense } from 'react'
import { Outlet, useLocation } from 'react-router'
import { EmptyState } from '../feedback/empty-state.tsx'
import { ErrorBoundary } from '../feedback/error-boundary.tsx'
import { PageLoader } from '../feedback/page-loader.tsx'
import { useChosenOrganization, type ChosenOrganization } from '../session/chosen-organization.ts'
import { OrganizationSession } from '../session/organization-session.tsx'
import { usePersonSession } from '../session/person-context.ts'
import { shellText as text } from '../text/shell.ts'
import { Brand } from './brand.tsx'
import { ColorSchemeSwitch } from './color-scheme-switch.tsx'
import { NavigationLinks } from './navigation-links.tsx'
import { OrganizationMenu } from './organization-menu.tsx'
import { PersonMenu } from './person-menu.tsx'
import classes from './shell.module.css'
import { IconBuilding } from '@tabler/icons-react'

const mainId = 'content'

/** Around every page of an organization: which one, where else to go, who is signed in. */
export function Shell() {
  const { person } = usePersonSession()
  const chosen = useChosenOrganization(person)
  if (chosen.organization === null) return <NoOrganization />
  return (
    <OrganizationSession organizationId={chosen.organization.id}>
      <Frame chosen={chosen} />
    </OrganizationSession>
  )
}

function Frame({ chosen }: { readonly chosen: ChosenOrganization }) {
  const [isOpen, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="lg"
    >
      <a href={`#${mainId}`} className={classes.skip}>
        {text.skipToContent}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap" miw={0}>
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-expanded={isOpen}
              aria-label={isOpen ? text.closeNavigation : text.openNavigation}
            />
            <Brand />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeSwitch />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label={text.navigation}>
        <OrganizationMenu chosen={chosen} />
        <AppShell.Section grow component={ScrollArea} mt="md">
          <NavigationLinks onFollow={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id={mainId} tabIndex={-1} className={classes.main}>
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<PageLoader />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </AppShell.Main>
    </AppShell>
  )
}

function NoOrganization() {
  return (
    <main>
      <Group justify="flex-end" p="md">
        <ColorSchemeSwitch />
        <PersonMenu />
      </Group>
      <EmptyState icon={IconBuilding} title={text.organization.none} description={text.organization.noneHelp} />
    </main>
  )
}
