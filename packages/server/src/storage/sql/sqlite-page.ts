/** Where a file says how it is divided: sqlite.org/fileformat2.html section 1.3. */
export const fileHeaderBytes = 100
const fields = { pageBytes: 16, reservedBytes: 20, largestRootPage: 52 } as const

/** Kinds of b-tree pages, and how long the header of each is (section 1.6). */
const headerBytesOf: Readonly<Record<number, number>> = { 2: 12, 5: 12, 10: 8, 13: 8 }
/** Beyond, the number of a page, with which a page of another kind begins, may begin like the kind of a page. */
const maxPages = 0x02_00_00_00

export type PageLayout = {
  readonly pageBytes: number
  /** Of a page, what SQLite uses. */
  readonly usableBytes: number
  /** Of the file, what can be told apart. */
  readonly maxBytes: number
}

/** Null for what is no database, and where pages cannot be told apart: with auto_vacuum, which is off. */
export function readLayout(fileHeader: Buffer): PageLayout | null {
  if (fileHeader.toString('latin1', 0, 16) !== 'SQLite format 3\0') return null
  if (fileHeader.readUInt32BE(fields.largestRootPage) !== 0) return null
  const stored = fileHeader.readUInt16BE(fields.pageBytes)
  const pageBytes = stored === 1 ? 65_536 : stored
  const usableBytes = pageBytes - fileHeader.readUInt8(fields.reservedBytes)
  return { pageBytes, usableBytes, maxBytes: pageBytes * maxPages }
}

/**
 * Where a page has nothing: between the pointers to its cells and the first cell. Null: it is no page of a b-tree.
 * @param headerStart 0, and 100 on the first page of a file
 */
export function gapOf(
  page: Buffer,
  headerStart: number,
  usableBytes: number,
): { readonly start: number; readonly end: number } | null {
  const headerBytes = headerBytesOf[page.readUInt8(headerStart)]
  if (headerBytes === undefined) return null
  const cells = page.readUInt16BE(headerStart + 3)
  const pointers = headerStart + headerBytes
  const start = pointers + 2 * cells
  const stored = page.readUInt16BE(headerStart + 5)
  const end = stored === 0 ? 65_536 : stored
  if (start > end || end > usableBytes) return null
  for (let at = pointers; at < start; at += 2) {
    const cell = page.readUInt16BE(at)
    if (cell < end || cell >= usableBytes) return null
  }
  return { start, end }
}
