/** The middle of several measurements, and how far they lie apart. */
export type Summary = { readonly median: number; readonly lowest: number; readonly highest: number }

export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('Nothing was measured')
  const sorted = values.toSorted((left, right) => left - right)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    lowest: at(0),
    highest: at(sorted.length - 1),
  }
}

/** One measurement of each side. */
export type Pair = { readonly ours: number; readonly theirs: number }

/**
 * Measures two sides in turn, so that whatever else the machine does falls on both, and each round with the other side
 * first. One round before is thrown away: the compiler is still at work.
 */
export async function interleave(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = []
  for (let round = 0; round <= rounds; round++) {
    const pair = round % 2 === 0 ? await oursFirst(ours, theirs) : await theirsFirst(ours, theirs)
    if (round > 0) pairs.push(pair)
  }
  return pairs
}

async function oursFirst(ours: () => Promise<number>, theirs: () => Promise<number>): Promise<Pair> {
  const own = await ours()
  return { ours: own, theirs: await theirs() }
}

async function theirsFirst(ours: () => Promise<number>, theirs: () => Promise<number>): Promise<Pair> {
  const other = await theirs()
  return { ours: await ours(), theirs: other }
}
