import { Button, Stack, Text } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { feedbackText as text } from '../text/feedback.ts'

type ErrorBoundaryProps = { readonly children: ReactNode }

/**
 * In place of a page whose code could not be loaded, as after an update of the server, or that failed: a way on. React
 * would leave nothing on the screen. Give it the page's path as `key`: the next page is another one.
 */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Stack align="center" gap="xs" py="xl" role="alert">
        <Text fw={600}>{text.broken}</Text>
        <Text size="sm" c="dimmed" ta="center" maw={480}>
          {text.brokenHelp}
        </Text>
        <Button variant="default" mt="xs" onClick={() => window.location.reload()}>
          {text.reload}
        </Button>
      </Stack>
    )
  }
}
