const units = [
  ['year', 365 * 24 * 60 * 60 * 1000],
  ['month', 30 * 24 * 60 * 60 * 1000],
  ['day', 24 * 60 * 60 * 1000],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
  ['second', 1000],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** How long ago, or in how long, in the largest unit of which there is one. */
export function writeRelative(timeMs: number, nowMs: number): string {
  const differenceMs = timeMs - nowMs
  const [unit, unitMs] = units.find(([, size]) => Math.abs(differenceMs) >= size) ?? ['second', 1000]
  return relative.format(Math.round(differenceMs / unitMs), unit)
}
