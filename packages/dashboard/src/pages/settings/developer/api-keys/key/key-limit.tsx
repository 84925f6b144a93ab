import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMintmark } from '../../../../../session/session-context.ts'
import { keyPageText as text } from '../../../../../text/api-keys.ts'

/** It changes with every request of whoever uses the key. */
const readEveryMs = 5_000

/** How much a key may, and what is left of it now. */
export function KeyLimit({ keyId }: { readonly keyId: string }) {
  const mintmark = useMintmark()
  const { data, error } = useQuery({
    queryKey: ['key-window', keyId],
    queryFn: ({ signal }) => mintmark.keys.window(keyId, { signal }),
    refetchInterval: readEveryMs,
  })
  if (data === undefined) return error === null ? <Skeleton h={20} w={160} /> : <span>{text.limitUnknown}</span>
  return (
    <Stack gap={0}>
      <span>{text.limitOf(data.limit, data.windowSeconds)}</span>
      <Text span size="sm" c="dimmed">
        {text.remaining(data.remaining)}
      </Text>
    </Stack>
  )
}
