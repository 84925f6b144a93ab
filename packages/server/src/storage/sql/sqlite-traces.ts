import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { fileHeaderBytes, gapOf, readLayout, type PageLayout } from './sqlite-page.ts'

/** Read at once. */
const chunkPages = 64
/** Then others get their turn: a megabyte or two of the file. */
const sliceMs = 1
/** While a transaction is open, or a copy is being made. */
const busyPauseMs = 50

/**
 * `secure_delete` wipes what is deleted where it lies, not where it has lain: when SQLite moves rows to another page,
 * their bytes stay in the gap of the page they came from, until something else comes to lie there. So after a deletion
 * the gaps of all pages are wiped, in the file itself: SQLite never reads them. They reach the disk with the next
 * checkpoint; what a power cut undoes is done again after the next start.
 */
export class SqliteTraces {
  /** Open for as long as the database is: to close any descriptor of it would take SQLite's locks from it. */
  readonly #descriptor: number
  readonly #layout: PageLayout | null
  readonly #chunk: Buffer
  readonly #zeros: Buffer
  readonly #settle: () => boolean
  readonly #onError: (error: unknown) => void
  /** Where to look next; null: all has been looked through. */
  #next: number | null = null
  #startsAnew = false
  #timer: NodeJS.Timeout | null = null

  /**
   * @param file of a database that this process has open, alone
   * @param options.settle brings all that is committed into the file, and keeps none of it in memory. False: not now
   * @param options.onError the file could not be read or written
   */
  constructor(file: string, options: { readonly settle: () => boolean; readonly onError: (error: unknown) => void }) {
    this.#settle = options.settle
    this.#onError = options.onError
    this.#descriptor = openSync(file, 'r+')
    const fileHeader = Buffer.alloc(fileHeaderBytes)
    readSync(this.#descriptor, fileHeader, 0, fileHeaderBytes, 0)
    this.#layout = readLayout(fileHeader)
    const { pageBytes } = this.#layout ?? { pageBytes: 0 }
    this.#chunk = Buffer.alloc(chunkPages * pageBytes)
    this.#zeros = Buffer.alloc(pageBytes)
  }

  /** Looks through the whole file: some of it now, the rest in between whatever else there is to do. */
  wipe(): void {
    if (this.#layout === null) return
    this.#startsAnew = this.#next !== null
    this.#next ??= 0
    if (this.#timer === null) this.#work()
  }

  /** Looks through what has not been looked through yet, while the database is still open. */
  finish(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#lookUntil(Infinity)
  }

  /** Once the database is closed. */
  close(): void {
    closeSync(this.#descriptor)
  }

  #work(): void {
    const isSettled = this.#lookUntil(performance.now() + sliceMs)
    this.#timer = this.#next === null ? null : setTimeout(() => this.#work(), isSettled ? 0 : busyPauseMs)
    this.#timer?.unref()
  }

  /** False: it must wait for others. */
  #lookUntil(endMs: number): boolean {
    try {
      while (this.#next !== null && performance.now() < endMs) if (!this.#look(this.#next)) return false
    } catch (error) {
      this.#next = null
      this.#onError(error)
    }
    return true
  }

  /** One chunk. False: it must wait for others. */
  #look(offset: number): boolean {
    const length = this.#read(offset)
    if (length === 0) {
      this.#next = this.#startsAnew ? 0 : null
      this.#startsAnew = false
      return true
    }
    if (this.#tracesIn(offset, length).length > 0) {
      if (!this.#settle()) return false
      for (const { start, end } of this.#tracesIn(offset, this.#read(offset))) {
        writeSync(this.#descriptor, this.#zeros, 0, end - start, start)
      }
    }
    this.#next = offset + length
    return true
  }

  /** Fills the chunk; how many bytes of whole pages it has. */
  #read(offset: number): number {
    const { pageBytes = 1, maxBytes = 0 } = this.#layout ?? {}
    if (offset >= maxBytes) return 0
    const length = readSync(this.#descriptor, this.#chunk, 0, this.#chunk.length, offset)
    return length - (length % pageBytes)
  }

  /** Where in the file gaps are not empty. */
  #tracesIn(offset: number, length: number): readonly { readonly start: number; readonly end: number }[] {
    const { pageBytes = 1, usableBytes = 0 } = this.#layout ?? {}
    const traces = []
    for (let at = 0; at < length; at += pageBytes) {
      const page = this.#chunk.subarray(at, at + pageBytes)
      const gap = gapOf(page, offset + at === 0 ? fileHeaderBytes : 0, usableBytes)
      if (gap === null || page.compare(this.#zeros, 0, gap.end - gap.start, gap.start, gap.end) === 0) continue
      traces.push({ start: offset + at + gap.start, end: offset + at + gap.end })
    }
    return traces
  }
}
