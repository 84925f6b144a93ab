import { Accordion } from '@mantine/core'
import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { Rows } from '../list/data-table.tsx'
import { keyPageText } from '../text/api-keys.ts'
import { fillBuckets, reasonsIn, usageRanges, type UsageRange } from './usage-range.ts'

const text = keyPageText.usage
const heightPixels = 240
const acceptedColor = 'var(--mantine-color-green-7)'
/** Told apart without colours by the table below, and by the legend's order. */
const refusedColors = ['red', 'orange', 'grape', 'blue', 'yellow', 'gray'].map(
  (name) => `var(--mantine-color-${name}-7)`,
)

type UsageChartProps = {
  readonly data: Parameters<typeof fillBuckets>[0]
  readonly range: UsageRange
  readonly nowMs: number
}

export function UsageChart({ data, range, nowMs }: UsageChartProps) {
  const buckets = fillBuckets(data, range, nowMs)
  const reasons = reasonsIn(buckets)
  const write = formatOf(range)
  const bars = buckets.map(({ at, accepted, refused }) => ({ at: write(at), accepted, ...refused }))
  return (
    <>
      <div aria-hidden>
        <ResponsiveContainer width="100%" height={heightPixels}>
          <BarChart data={bars} margin={{ top: 8, right: 8, bottom: 0, left: -16 }} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
            <XAxis dataKey="at" tick={tick} tickLine={false} minTickGap={24} stroke="var(--mantine-color-dimmed)" />
            <YAxis allowDecimals={false} tick={tick} tickLine={false} axisLine={false} />
            <Tooltip cursor={cursor} contentStyle={tooltip} isAnimationActive={false} />
            <Legend wrapperStyle={legend} />
            <Bar dataKey="accepted" name={text.accepted} stackId="all" fill={acceptedColor} isAnimationActive={false} />
            {reasons.map((reason, index) => (
              <Bar
                key={reason}
                dataKey={reason}
                stackId="all"
                fill={refusedColors[index % refusedColors.length] ?? ''}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <Accordion variant="contained">
        <Accordion.Item value="table">
          <Accordion.Control>{text.table}</Accordion.Control>
          <Accordion.Panel>
            <Rows
              label={text.title}
              items={data.toReversed()}
              idOf={({ at }) => at}
              columns={[
                { id: 'at', label: text.at, render: ({ at }) => write(at) },
                { id: 'accepted', label: text.accepted, render: ({ accepted }) => accepted },
                ...reasons.map((reason) => ({
                  id: reason,
                  label: reason,
                  render: ({ refused }: (typeof data)[number]) => refused[reason] ?? 0,
                })),
              ]}
            />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  )
}

const tick = { fontSize: 12, fill: 'var(--mantine-color-dimmed)' }
const cursor = { fill: 'var(--mantine-color-default-hover)' }
const legend = { fontSize: 13, color: 'var(--mantine-color-text)' }
const tooltip = {
  background: 'var(--mantine-color-body)',
  border: '1px solid var(--mantine-color-default-border)',
  borderRadius: 8,
}

/** Minutes and hours where the person is; days are those of UTC, as they are counted. */
function formatOf(range: UsageRange): (at: string) => string {
  const isDay = usageRanges[range].bucket === 'day'
  const format = new Intl.DateTimeFormat(
    'en',
    isDay ? { month: 'short', day: 'numeric', timeZone: 'UTC' } : { hour: '2-digit', minute: '2-digit', hour12: false },
  )
  return (at) => format.format(new Date(at))
}
