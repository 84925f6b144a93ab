import type { WindowLimit } from '@mintmark/core'
import type { WindowStore } from './engine/ports/windows.ts'

/** Who has not been heard of for so long is not there. */
export const silentMs = 15_000

/** What a node spends of each time it is here: there is room for all of them, and all have gone when it is silent. */
const attendance: WindowLimit = { limit: 1_000, windowMs: silentMs }
/** Who starts, stands still for a moment, or counts in windows that were just lost, is missed less often in a row. */
const missesInARow = 4

export type MeetingPointParts = {
  /** The shared ones, with nothing that takes their place. */
  readonly windows: Pick<WindowStore, 'spend'>
  /** Told of each change. */
  readonly onChange: (isSplit: boolean) => void
}

/**
 * Whether all nodes that share the database spend from the same windows too. Each spends from one of its own, which the
 * others look for: where it is not, that node was given other windows, or cannot reach these.
 */
export class MeetingPoint {
  readonly #parts: MeetingPointParts
  #missed = new Map<string, number>()
  #isSplit = false

  constructor(parts: MeetingPointParts) {
    this.#parts = parts
  }

  get isSplit(): boolean {
    return this.#isSplit
  }

  /** @param others those of whom the database has heard lately. Never rejects: who cannot look misses nobody. */
  async meet(id: string, others: readonly string[]): Promise<void> {
    const here = await this.#look(id, others).catch(() => others)
    const missing = others.filter((other) => !here.includes(other))
    this.#missed = new Map(missing.map((other) => [other, (this.#missed.get(other) ?? 0) + 1]))
    const isSplit = [...this.#missed.values()].some((misses) => misses >= missesInARow)
    if (isSplit === this.#isSplit) return
    this.#isSplit = isSplit
    this.#parts.onChange(isSplit)
  }

  async #look(id: string, others: readonly string[]): Promise<readonly string[]> {
    const { windows } = this.#parts
    await windows.spend(attendanceOf(id), attendance, 1)
    const seen = await Promise.all(others.map(async (other) => windows.spend(attendanceOf(other), attendance, 0)))
    return others.filter((_, index) => seen[index]?.remaining !== attendance.limit)
  }
}

/** No id of a key has a slash in it. */
function attendanceOf(id: string): string {
  return `node/${id}`
}
