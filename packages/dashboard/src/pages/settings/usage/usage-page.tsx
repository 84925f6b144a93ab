import { Group, NativeSelect, SegmentedControl, SimpleGrid, Skeleton, Stack } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { ErrorState } from '../../../feedback/error-state.tsx'
import { useSession } from '../../../session/session-context.ts'
import { Page } from '../../../shell/page.tsx'
import { keyPageText } from '../../../text/api-keys.ts'
import { usageText as text } from '../../../text/usage.ts'
import { useNames } from '../../../session/use-names.ts'
import { usageRanges, type UsageRange } from '../../../usage/usage-range.ts'
import { Refusals } from './refusals.tsx'
import { TopKeys } from './top-keys.tsx'
import { UsageTotals } from './usage-totals.tsx'
import { usageQueryOf, type UsageChoice } from './usage-choice.ts'

/** The charts weigh more than everything else together. */
const UsageChart = lazy(async () => ({
  default: (await import('../../../usage/usage-chart.tsx')).UsageChart,
}))

const readEveryMs = 15_000

export function UsagePage() {
  const { mintmark } = useSession()
  const [choice, choose] = useState<UsageChoice>({ range: 'day', projectId: '', environment: '' })
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['usage', choice],
    queryFn: ({ signal }) => mintmark.usage.get(usageQueryOf(choice, Date.now()), { signal }),
    refetchInterval: readEveryMs,
    placeholderData: keepPreviousData,
  })
  return (
    <Page title={text.title} description={text.description}>
      <UsageChoices choice={choice} onChange={(change) => choose({ ...choice, ...change })} />
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={320} />}
      {data !== undefined && (
        <Stack gap="lg">
          <UsageTotals totals={data.totals} />
          {data.data.length === 0 ? (
            <EmptyState icon={IconChartBar} {...text.empty} />
          ) : (
            <Suspense fallback={<Skeleton h={280} />}>
              <UsageChart data={data.data} range={choice.range} nowMs={dataUpdatedAt} />
            </Suspense>
          )}
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <TopKeys choice={choice} />
            <Refusals refused={data.totals.refused} />
          </SimpleGrid>
        </Stack>
      )}
    </Page>
  )
}

type UsageChoicesProps = {
  readonly choice: UsageChoice
  readonly onChange: (change: Partial<UsageChoice>) => void
}

const ranges = Object.keys(usageRanges) as readonly UsageRange[]

function UsageChoices({ choice: { range, projectId, environment }, onChange }: UsageChoicesProps) {
  const { projects } = useNames()
  return (
    <Group align="flex-end">
      <SegmentedControl
        aria-label={text.range}
        size="xs"
        value={range}
        onChange={(value) => onChange({ range: value })}
        data={ranges.map((value) => ({ value, label: keyPageText.usage.ranges[value] }))}
      />
      {projects.length > 0 && (
        <NativeSelect
          label={text.project}
          value={projectId}
          onChange={({ currentTarget }) => onChange({ projectId: currentTarget.value })}
          data={[
            { value: '', label: text.allProjects },
            ...projects.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          maw={240}
        />
      )}
      <NativeSelect
        label={text.environment}
        value={environment}
        onChange={({ currentTarget }) => onChange({ environment: currentTarget.value as UsageChoice['environment'] })}
        data={[
          { value: '', label: text.allEnvironments },
          { value: 'live', label: text.environments.live },
          { value: 'test', label: text.environments.test },
        ]}
      />
    </Group>
  )
}
