import { Alert, Skeleton, Stack } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { feedbackText as text } from '../text/feedback.ts'
import { messagesOf } from './error-message.ts'
import { ErrorState } from './error-state.tsx'

type ListStatesProps<Item> = {
  readonly query: {
    readonly data: readonly Item[] | undefined
    readonly error: Error | null
    readonly refetch: () => unknown
  }
  /** Shown where the list has nothing in it: says what to do next. */
  readonly empty: ReactNode
  readonly children: (items: readonly Item[]) => ReactNode
}

const skeletonRows = [1, 2, 3, 4, 5]

/** Every list is one of these: loading, failed, empty, there. What was read stays until something newer is. */
export function ListStates<Item>({ query, empty, children }: ListStatesProps<Item>) {
  const { data, error, refetch } = query
  if (data === undefined && error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data === undefined) {
    return (
      <Stack gap="sm" p="md" role="status" aria-label={text.loading}>
        {skeletonRows.map((row) => (
          <Skeleton key={row} h={36} />
        ))}
      </Stack>
    )
  }
  return (
    <>
      {error !== null && <StaleNotice error={error} />}
      {data.length === 0 ? empty : children(data)}
    </>
  )
}

/** Above what was read before, where it cannot be read now. */
function StaleNotice({ error }: { readonly error: Error }) {
  return (
    <Alert
      color="yellow"
      variant="light"
      radius={0}
      icon={<IconCloudOff aria-hidden />}
      title={text.stale}
      role="status"
    >
      {messagesOf(error).join(' ')}
    </Alert>
  )
}
