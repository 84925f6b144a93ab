import { Alert, Badge, List, Paper, Stack, Title } from '@mantine/core'
import type { Readiness } from '@mintmark/sdk'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '../../../feedback/error-state.tsx'
import { PageLoader } from '../../../feedback/page-loader.tsx'
import { Rows } from '../../../list/data-table.tsx'
import { Page } from '../../../shell/page.tsx'
import { operatorText } from '../../../text/operator.ts'
import { useOperator } from '../operator-context.ts'

const text = operatorText.health
const readEveryMs = 5_000
const colours = { ok: 'green', degraded: 'yellow', unavailable: 'red' } as const

export function HealthPage() {
  const { mintmark } = useOperator()
  const { data, error, refetch } = useQuery({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => mintmark.readiness({ signal }),
    refetchInterval: readEveryMs,
  })
  return (
    <Page title={operatorText.pages.health} description={text.description}>
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <PageLoader />}
      {error === null && data !== undefined && <Condition readiness={data} />}
    </Page>
  )
}

function Condition({ readiness: { ready, dependencies, warnings } }: { readonly readiness: Readiness }) {
  const Icon = ready ? IconCircleCheck : IconCircleX
  return (
    <Stack>
      <Alert
        role={ready ? 'status' : 'alert'}
        color={ready ? 'green' : 'red'}
        icon={<Icon aria-hidden />}
        title={ready ? text.ready : text.unready}
      />
      <Paper withBorder>
        <Rows
          label={text.dependencies}
          items={dependencies}
          idOf={({ name }) => name}
          columns={[
            { id: 'name', label: text.name, render: ({ name }) => name },
            {
              id: 'status',
              label: text.status,
              render: ({ status }) => (
                <Badge variant="light" color={colours[status]}>
                  {text.statuses[status]}
                </Badge>
              ),
            },
            { id: 'detail', label: text.detail, render: ({ detail }) => detail ?? text.none },
          ]}
        />
      </Paper>
      {warnings.length > 0 && (
        <Stack gap="xs">
          <Title order={2}>{text.warnings}</Title>
          <List>
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Stack>
      )}
    </Stack>
  )
}
