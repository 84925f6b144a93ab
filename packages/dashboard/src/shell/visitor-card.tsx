import { Paper, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useInstallation } from '../installation-context.ts'

type VisitorCardProps = {
  readonly title: string
  readonly description?: string
  readonly children: ReactNode
}

/** What a page outside of any organization shows: one thing. */
export function VisitorCard({ title, description, children }: VisitorCardProps) {
  const { product } = useInstallation()
  useDocumentTitle(`${title} · ${product}`)
  return (
    <Paper withBorder p="xl" radius="lg" shadow="sm">
      <Stack>
        <Stack gap={4}>
          <Title order={1} size="h2" fz="xl">
            {title}
          </Title>
          {description !== undefined && (
            <Text c="dimmed" size="sm">
              {description}
            </Text>
          )}
        </Stack>
        {children}
      </Stack>
    </Paper>
  )
}
