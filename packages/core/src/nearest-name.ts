/** Longer names are typed by nobody; comparing them would only cost time. */
const maxComparedLength = 64

/** The candidate that `name` was most likely meant to be, else `null`: at most a third of its characters differ. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  if (name.length > maxComparedLength) return null
  const wanted = name.toLowerCase()
  let nearest: string | null = null
  let fewestEdits = Math.floor(name.length / 3) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= fewestEdits) continue
    const edits = countEdits(wanted, candidate.toLowerCase())
    if (edits < fewestEdits) [nearest, fewestEdits] = [candidate, edits]
  }
  return nearest
}

/** Levenshtein's distance: insertions, deletions and replacements that turn `from` into `to`. */
function countEdits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
