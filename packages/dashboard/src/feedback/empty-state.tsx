import { Stack, Text, ThemeIcon } from '@mantine/core'
import type { ComponentType, ReactNode } from 'react'

type EmptyStateProps = {
  readonly icon: ComponentType<{ readonly 'aria-hidden': true }>
  readonly title: string
  readonly description: string
  /** The next step to take. */
  readonly action?: ReactNode
}

export function EmptyState({ icon: Icon, title, description, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py={48} px="md">
      <ThemeIcon size={48} radius="xl" variant="light">
        <Icon aria-hidden />
      </ThemeIcon>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" ta="center" maw={420}>
        {description}
      </Text>
      {action}
    </Stack>
  )
}
