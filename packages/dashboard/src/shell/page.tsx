import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWindowTitle } from './window-title.ts'

type PageProps = {
  readonly title: string
  /** One sentence under the heading. */
  readonly description?: ReactNode
  /** Where this page was come to from. */
  readonly above?: ReactNode
  /** What can be done here, at the right of the heading. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: its heading, which is the window's title too, what it can do, and what is in it. */
export function Page({ title, description, above, actions, children }: PageProps) {
  useWindowTitle(title)
  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <Stack gap={4}>
        {above}
        <Group justify="space-between" align="flex-start" gap="sm">
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
        {description !== undefined && (
          <Text c="dimmed" maw={720}>
            {description}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  )
}
