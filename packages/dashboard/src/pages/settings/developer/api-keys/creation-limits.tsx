import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMintmark } from '../../../../session/session-context.ts'
import { apiKeysText as text } from '../../../../text/api-keys.ts'

/** How many keys one may still make. */
export function CreationLimits() {
  const mintmark = useMintmark()
  const { data } = useQuery({
    queryKey: ['creation-limits'],
    queryFn: ({ signal }) => mintmark.keys.creationLimits({ signal }),
  })
  if (data === undefined) return <Skeleton h={20} w={240} />
  return (
    <Text size="sm" c="dimmed">
      {text.limits(data)}
    </Text>
  )
}
