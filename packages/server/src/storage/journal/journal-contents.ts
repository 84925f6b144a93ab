import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { JournalEntry } from '../../engine/ports/journal.ts'
import { readEntry, readHeader, type JournalHeader } from './journal-line.ts'

const maxHeaderBytes = 256
const chunkBytes = 1024 * 1024
const lineFeed = 0x0a

/**
 * A journal as it stands on the disk. Positions count bytes of entries since the journal began, also of those that have
 * been dropped since.
 */
export type JournalContents = {
  readonly header: JournalHeader
  readonly headerBytes: number
  /** After the last whole line. What follows in the file is torn: it was never synced. */
  readonly wholeBytes: number
}

/** The file is there and is no journal, or one whose lines do not follow one another any more. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}

/**
 * Null: there is no such file.
 * @throws JournalDamaged when its first line is not a journal's
 */
export function readContents(path: string): JournalContents | null {
  const descriptor = openForReading(path)
  if (descriptor === null) return null
  try {
    const start = Buffer.alloc(maxHeaderBytes)
    const firstLine = start.toString('latin1', 0, readSync(descriptor, start, 0, maxHeaderBytes, 0)).split('\n', 1)[0]
    const header = readHeader(firstLine ?? '')
    if (header === null) throw new JournalDamaged(`${path} is no journal`)
    const headerBytes = (firstLine?.length ?? 0) + 1
    return { header, headerBytes, wholeBytes: findWholeEnd(descriptor, headerBytes) }
  } finally {
    closeSync(descriptor)
  }
}

/**
 * What was written from this position on, oldest first.
 * @throws JournalDamaged when no entry begins there, or one after it is damaged
 */
export function readEntries(path: string, contents: JournalContents, position: number): readonly JournalEntry[] {
  const { header, headerBytes, wholeBytes } = contents
  const offset = headerBytes + position - header.base
  if (offset < headerBytes || offset > wholeBytes) throw new JournalDamaged(`${path} does not hold what is asked of it`)
  const descriptor = openForReading(path)
  if (descriptor === null) throw new JournalDamaged(`${path} is gone`)
  try {
    if (!endsLine(descriptor, offset)) throw new JournalDamaged(`${path} has no entry where one is asked for`)
    const entries: JournalEntry[] = []
    for (const line of linesBetween(descriptor, offset, wholeBytes)) {
      const entry = readEntry(line)
      if (entry === null) throw new JournalDamaged(`${path} is damaged after ${entries.length} entries`)
      entries.push(entry)
    }
    return entries
  } finally {
    closeSync(descriptor)
  }
}

function endsLine(descriptor: number, offset: number): boolean {
  const before = Buffer.alloc(1)
  return readSync(descriptor, before, 0, 1, offset - 1) === 1 && before[0] === lineFeed
}

function* linesBetween(descriptor: number, start: number, end: number): Generator<string> {
  const chunk = Buffer.alloc(chunkBytes)
  let rest = ''
  for (let offset = start; offset < end;) {
    const length = readSync(descriptor, chunk, 0, Math.min(chunkBytes, end - offset), offset)
    if (length === 0) return
    offset += length
    const lines = (rest + chunk.toString('latin1', 0, length)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

/** Lines that were being written when the power went may be there without their beginning, or as zeros. */
function findWholeEnd(descriptor: number, headerBytes: number): number {
  const { size } = fstatSync(descriptor)
  const tail = Buffer.alloc(Math.min(chunkBytes, size - headerBytes))
  if (tail.length === 0) return headerBytes
  const tailStart = size - tail.length
  readSync(descriptor, tail, 0, tail.length, tailStart)
  let end = tail.lastIndexOf(lineFeed) + 1
  while (end > 0) {
    // Of a line feed at the very beginning nothing is before it, and an index below 0 would count from the end.
    const start = end === 1 ? 0 : tail.lastIndexOf(lineFeed, end - 2) + 1
    // The first line of a later chunk may have begun before it.
    if (start === 0 && tailStart > headerBytes) break
    if (readEntry(tail.toString('latin1', start, end - 1)) !== null) break
    end = start
  }
  return tailStart + end
}

function openForReading(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
