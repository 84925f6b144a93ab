/** Mean and variance of a stream of numbers (Welford's method). */
class Moments {
  count = 0
  mean = 0
  #squares = 0

  add(value: number): void {
    this.count += 1
    const before = value - this.mean
    this.mean += before / this.count
    this.#squares += before * (value - this.mean)
  }

  get variance(): number {
    return this.#squares / (this.count - 1)
  }
}

/** How many of the quickest samples are looked at: what slows the others down is the machine. */
const shares = [0.5, 0.8, 0.9, 0.99, 1]

/**
 * Welch's t between two kinds of samples, the largest over several cuts of the slowest ones, as dudect does it
 * (Reparaz, Balasch, Verbauwhede 2017). Below 4.5 nothing can be told of the kind by the time.
 */
export function largestT(kinds: Uint8Array, samples: Float64Array): number {
  const sorted = samples.toSorted()
  return Math.max(
    ...shares.map((share) => {
      const bound = sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
      const moments = [new Moments(), new Moments()] as const
      for (const [index, sample] of samples.entries())
        if (sample <= bound) moments[kinds[index] === 0 ? 0 : 1].add(sample)
      const [first, second] = moments
      const error = Math.sqrt(first.variance / first.count + second.variance / second.count)
      return Math.abs(first.mean - second.mean) / error
    }),
  )
}
