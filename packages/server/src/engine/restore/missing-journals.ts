/** What a node knows when it asks whether its database may be trusted. All ids are of journals. */
export type Sighting = {
  /** Those that the database names. */
  readonly known: ReadonlySet<string>
  /** Those that were read here to their end, and done in the database. */
  readonly replayed: ReadonlySet<string>
  /** Those whose node runs now, and has replayed it. */
  readonly isAlive: (id: string) => boolean
  /** Another node runs that has answered this question for itself. */
  readonly isVouchedFor: boolean
  /** How far this node has seen the database count, and which journals it named then; null: it was never here. */
  readonly seen: { readonly beat: number; readonly journals: readonly string[] } | null
  /** How far the database has counted. */
  readonly beat: number
}

/**
 * Which journals are missing before it is known that everything that ever ended has ended in this database. Pure.
 *
 * A database that has counted as far as this node has seen it count has not been taken back since. Else it was restored,
 * and every journal must have been replayed that it names, or that it named when it was seen last: by this node, or by
 * the one that writes it.
 */
export function missingJournals(sighting: Sighting): readonly string[] {
  const { known, replayed, isAlive, seen } = sighting
  if (sighting.isVouchedFor) return []
  if (seen !== null && seen.beat <= sighting.beat) return []
  const needed = new Set([...known, ...(seen?.journals ?? [])])
  return [...needed].filter((id) => !replayed.has(id) && !isAlive(id))
}
