import { Paper, SimpleGrid, Text } from '@mantine/core'
import { usageText as text } from '../../../text/usage.ts'

type UsageTotalsProps = {
  readonly totals: { readonly accepted: number; readonly refused: Readonly<Partial<Record<string, number>>> }
}

const number = new Intl.NumberFormat('en')
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 })

export function UsageTotals({ totals: { accepted, refused } }: UsageTotalsProps) {
  const refusals = Object.values(refused).reduce<number>((sum, count) => sum + (count ?? 0), 0)
  const all = accepted + refusals
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Total label={text.accepted} value={number.format(accepted)} />
      <Total label={text.refused} value={number.format(refusals)} />
      <Total label={text.share} value={all === 0 ? '–' : percent.format(accepted / all)} />
    </SimpleGrid>
  )
}

function Total({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Paper withBorder p="md">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fz={26} fw={650}>
        {value}
      </Text>
    </Paper>
  )
}
