import { Button, Stack, Text, ThemeIcon } from '@mantine/core'
import { MintmarkError } from '@mintmark/sdk'
import { IconCloudOff, IconEyeOff } from '@tabler/icons-react'
import { feedbackText as text } from '../text/feedback.ts'
import { messagesOf } from './error-message.ts'

type ErrorStateProps = {
  readonly error: Error
  readonly onRetry: () => void
}

/** In place of what could not be read, and what can be done about it. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const status = error instanceof MintmarkError ? error.status : 0
  const isRefused = status === 403 || status === 404
  const Icon = isRefused ? IconEyeOff : IconCloudOff
  return (
    <Stack align="center" gap="xs" py="xl" px="md" role="alert">
      <ThemeIcon size="xl" radius="xl" variant="light" color="gray">
        <Icon aria-hidden />
      </ThemeIcon>
      <Text fw={600}>{titleOf(status)}</Text>
      {messagesOf(error).map((message) => (
        <Text key={message} size="sm" c="dimmed" ta="center" maw={480}>
          {message}
        </Text>
      ))}
      {!isRefused && (
        <Text size="sm" c="dimmed">
          {text.unreachableHelp}
        </Text>
      )}
      <Button variant="default" mt="xs" onClick={onRetry}>
        {text.tryAgain}
      </Button>
    </Stack>
  )
}

function titleOf(status: number): string {
  if (status === 403) return text.refused
  if (status === 404) return text.notFound
  return status === 0 || status >= 500 ? text.unreachable : text.failed
}
