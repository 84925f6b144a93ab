import type { Row } from './measures.ts'

/** The rows as text columns: medians, then the ratio with its lowest and highest round. */
export function drawTable(rows: readonly Row[]): string {
  const cells = [
    ['measure', 'ours', 'theirs', 'median', 'lowest', 'highest', 'goal', ''],
    ...rows.map(({ what, ours, theirs, ratio, goal, isReached }) => [
      what,
      ours,
      theirs,
      figure(ratio.median),
      figure(ratio.lowest),
      figure(ratio.highest),
      goal,
      isReached ? 'reached' : 'MISSED',
    ]),
  ]
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function figure(value: number): string {
  return value < 0.01 ? `1/${Math.round(1 / value)}` : value.toPrecision(3)
}
