import { Anchor, Stack, Title } from '@mantine/core'
import type { Mintmark } from '@mintmark/sdk'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { useInstallation } from '../../../installation-context.ts'
import { DataTable } from '../../../list/data-table.tsx'
import { useMintmark } from '../../../session/session-context.ts'
import { usageText } from '../../../text/usage.ts'
import { usageQueryOf, type UsageChoice } from './usage-choice.ts'

const text = usageText.topKeys
type TopKey = Awaited<ReturnType<Mintmark['usage']['topKeys']>>[number]

export function TopKeys({ choice }: { readonly choice: UsageChoice }) {
  const mintmark = useMintmark()
  const { keysPath } = useInstallation()
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', 'top-keys', choice],
    queryFn: ({ signal }) => mintmark.usage.topKeys(usageQueryOf(choice, Date.now()), { signal }),
  })
  return (
    <Stack gap="sm">
      <Title order={2}>{text.title}</Title>
      <DataTable<TopKey>
        label={text.title}
        list={{ data, error, refetch, hasMore: false, isLoadingMore: false, loadMore: () => {} }}
        columns={[
          {
            id: 'name',
            label: text.name,
            render: ({ keyId, name }) => (
              <Anchor component={Link} to={`${keysPath}/${keyId}`} size="sm">
                {name}
              </Anchor>
            ),
          },
          { id: 'accepted', label: usageText.accepted, render: ({ accepted }) => accepted },
          {
            id: 'refused',
            label: usageText.refused,
            render: ({ refused }) => Object.values(refused).reduce((sum, count) => sum + count, 0),
          },
        ]}
        idOf={({ keyId }) => keyId}
        empty={<EmptyState icon={IconKey} {...text.empty} />}
      />
    </Stack>
  )
}
