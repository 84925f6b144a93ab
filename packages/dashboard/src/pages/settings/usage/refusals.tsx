import { Paper, Stack, Title } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { Rows } from '../../../list/data-table.tsx'
import { usageText } from '../../../text/usage.ts'

const text = usageText.reasons

export function Refusals({ refused }: { readonly refused: Readonly<Partial<Record<string, number>>> }) {
  const reasons = Object.entries(refused)
    .map(([reason, count]) => ({ reason, count: count ?? 0 }))
    .toSorted((one, other) => other.count - one.count)
  return (
    <Stack gap="sm">
      <Title order={2}>{text.title}</Title>
      <Paper withBorder>
        {reasons.length === 0 ? (
          <EmptyState icon={IconShieldCheck} {...text.empty} />
        ) : (
          <Rows
            label={text.title}
            items={reasons}
            idOf={({ reason }) => reason}
            columns={[
              { id: 'reason', label: text.reason, render: ({ reason }) => reason },
              { id: 'count', label: text.count, render: ({ count }) => count },
            ]}
          />
        )}
      </Paper>
    </Stack>
  )
}
