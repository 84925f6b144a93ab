import { crc32 } from 'node:zlib'
import type { JournalEntry } from '../../engine/ports/journal.ts'

/** The first line of a journal file. `base` is the position of its first entry: what came before has been dropped. */
export type JournalHeader = { readonly id: string; readonly installationId: string; readonly base: number }

const magic = 'mintmark-journal-1'
const header = /^mintmark-journal-1 (jrn_[0-9a-f]{32}) (ins_[0-9a-f]{32}) (\d{1,15})$/
const entry = /^(\d{1,16}) ([0-9a-f]{64})$/

export function writeHeader({ id, installationId, base }: JournalHeader): string {
  return withChecksum(`${magic} ${id} ${installationId} ${base}`)
}

/** Null: it is no whole header. */
export function readHeader(line: string): JournalHeader | null {
  const [, id, installationId, base] = header.exec(checked(line) ?? '') ?? []
  if (id === undefined || installationId === undefined) return null
  return { id, installationId, base: Number(base) }
}

/** With its line feed. */
export function writeEntry({ atMs, digest }: JournalEntry): string {
  return withChecksum(`${atMs} ${digest}`)
}

/** Null: it is torn or damaged. */
export function readEntry(line: string): JournalEntry | null {
  const [, atMs, digest] = entry.exec(checked(line) ?? '') ?? []
  return digest === undefined ? null : { atMs: Number(atMs), digest }
}

function withChecksum(text: string): string {
  return `${text} ${checksum(text)}\n`
}

function checked(line: string): string | null {
  const end = line.lastIndexOf(' ')
  const text = line.slice(0, Math.max(end, 0))
  return line.slice(end + 1) === checksum(text) ? text : null
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
