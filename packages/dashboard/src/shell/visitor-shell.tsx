import { Box, Center, Group, Stack } from '@mantine/core'
import { Suspense } from 'react'
import { Outlet } from 'react-router'
import { PageLoader } from '../feedback/page-loader.tsx'
import { Brand } from './brand.tsx'
import { ColorSchemeSwitch } from './color-scheme-switch.tsx'
import classes from './visitor-shell.module.css'

/** Around what is shown outside of any organization: one narrow column. */
export function VisitorShell() {
  return (
    <Box className={classes.ground}>
      <Group component="header" justify="space-between" p="md">
        <Brand />
        <ColorSchemeSwitch />
      </Group>
      <Center component="main" px="md" py="xl">
        <Stack w="100%" maw={420}>
          <Suspense fallback={<PageLoader />}>
            <Outlet />
          </Suspense>
        </Stack>
      </Center>
    </Box>
  )
}
