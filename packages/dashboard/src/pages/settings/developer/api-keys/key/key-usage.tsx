import { Group, Paper, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { EmptyState } from '../../../../../feedback/empty-state.tsx'
import { ErrorState } from '../../../../../feedback/error-state.tsx'
import { useMintmark } from '../../../../../session/session-context.ts'
import { keyPageText } from '../../../../../text/api-keys.ts'
import { UsageChart } from '../../../../../usage/usage-chart.tsx'
import { usageRanges, type UsageRange } from '../../../../../usage/usage-range.ts'

const text = keyPageText.usage
const ranges = Object.keys(usageRanges) as readonly UsageRange[]
const readEveryMs = 5_000

/** Requests over time, by what became of them. */
export function KeyUsage({ keyId }: { readonly keyId: string }) {
  const mintmark = useMintmark()
  const [range, setRange] = useState<UsageRange>('day')
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['usage', keyId, range],
    queryFn: ({ signal }) => {
      const { lengthMs, bucket } = usageRanges[range]
      const from = new Date(Date.now() - lengthMs).toISOString()
      return mintmark.usage.get({ keyId, from, bucket }, { signal })
    },
    refetchInterval: readEveryMs,
    placeholderData: keepPreviousData,
  })
  if (data === undefined) {
    return error === null ? <Skeleton h={280} /> : <ErrorState error={error} onRetry={() => void refetch()} />
  }
  const refused = Object.values(data.totals.refused).reduce<number>((sum, count) => sum + (count ?? 0), 0)
  const isEmpty = data.totals.accepted + refused === 0
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <SegmentedControl
            aria-label={text.range}
            size="xs"
            value={range}
            onChange={setRange}
            data={ranges.map((value) => ({ value, label: text.ranges[value] }))}
          />
          <Text size="sm" c="dimmed">
            {text.total(data.totals.accepted, refused)}
          </Text>
        </Group>
        {isEmpty ? (
          <EmptyState icon={IconChartBar} title={text.none} description={text.noneHelp} />
        ) : (
          <UsageChart data={data.data} range={range} nowMs={dataUpdatedAt} />
        )}
      </Stack>
    </Paper>
  )
}
