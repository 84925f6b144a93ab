import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Journal, JournalEntry, JournalWrite } from '../../engine/ports/journal.ts'
import { StoreFull, StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { noReserve, type Reserve } from '../sql/ballast.ts'
import { readContents, readEntries, type JournalContents } from './journal-contents.ts'
import { writeEntry, writeHeader, type JournalHeader } from './journal-line.ts'
import { syncDirectory } from '../sync-directory.ts'

/** Synced at a time: what a power cut may tear. */
const maxWriteBytes = 64 * 1024
const minBytesToDrop = 1024 * 1024

type Waiting = { readonly text: string; resolve(): void; reject(error: unknown): void }

export type JournalFileOptions = {
  readonly path: string
  /** Room for what must be written when the disk has none. */
  readonly reserve?: Reserve
  /** It is unknown what the disk holds: must end the process. */
  readonly onFatal: (error: unknown) => void
}

/** The journal of one process: nobody else appends to its file meanwhile. */
export class JournalFile implements Journal {
  readonly header: JournalHeader
  readonly #file: FileHandle
  readonly #reserve: Reserve
  readonly #onFatal: (error: unknown) => void
  readonly #headerBytes: number
  readonly #underWay = new Set<{ readonly position: number }>()
  #bytes: number
  #waiting: Waiting[] = []
  /** In the database already, for which there was no room here. */
  #owed = ''
  #isWriting = false
  #written: Promise<void> = Promise.resolve()

  private constructor(file: FileHandle, contents: JournalContents, options: JournalFileOptions) {
    this.#file = file
    this.#reserve = options.reserve ?? noReserve
    this.#onFatal = options.onFatal
    this.header = contents.header
    this.#headerBytes = contents.headerBytes
    this.#bytes = contents.wholeBytes
  }

  /** Opens a journal for appending, and cuts off what is torn. */
  static async open(contents: JournalContents, options: JournalFileOptions): Promise<JournalFile> {
    const file = await open(options.path, 'r+')
    await file.truncate(contents.wholeBytes)
    await file.datasync()
    return new JournalFile(file, contents, options)
  }

  /** Where the next entry will be. */
  get end(): number {
    return this.#bytes - this.#headerBytes + this.header.base
  }

  /** Everything before it is in the database, or was never acknowledged. */
  get settled(): number {
    let settled = this.end
    for (const { position } of this.#underWay) settled = Math.min(settled, position)
    return settled
  }

  async write(entries: readonly JournalEntry[], options: JournalWrite = {}): Promise<() => void> {
    if (entries.length === 0) return () => {}
    // Before it is known where it will come to lie: no earlier than here.
    const mark = { position: this.end }
    this.#underWay.add(mark)
    const pieces = [...piecesOf(entries)]
    try {
      for (const text of pieces) await this.#append(text)
    } catch (error) {
      if (options.isCommitted === true) this.#owed += pieces.join('')
      this.#underWay.delete(mark)
      throw error
    }
    return () => void this.#underWay.delete(mark)
  }

  async close(): Promise<void> {
    await this.#written
    await this.#file.close()
  }

  #append(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject })
      if (!this.#isWriting) this.#written = this.#drain()
    })
  }

  /** Whoever comes while a write is being synced is written, and synced, together with the others who do. */
  async #drain(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#payOwed()
        await this.#writeSynced(Buffer.from(batch.map(({ text }) => text).join(''), 'latin1'))
        for (const waiting of batch) waiting.resolve()
      } catch (error) {
        for (const waiting of batch) waiting.reject(error)
      }
    }
    // In the step of the last look: whoever comes from here on begins anew.
    this.#isWriting = false
  }

  async #payOwed(): Promise<void> {
    const owed = this.#owed
    if (owed === '') return
    await this.#writeSynced(Buffer.from(owed, 'latin1'))
    this.#owed = this.#owed.slice(owed.length)
  }

  async #writeSynced(bytes: Buffer): Promise<void> {
    if (!(await this.#fits(bytes))) {
      this.#reserve.release()
      if (!(await this.#fits(bytes))) throw new StoreFull('journal')
    }
    try {
      await this.#file.datasync()
    } catch (error) {
      this.#fail(error)
    }
    this.#bytes += bytes.length
  }

  /** False: there is no room, and nothing of it is there. */
  async #fits(bytes: Buffer): Promise<boolean> {
    try {
      for (let written = 0; written < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#bytes + written)
        written += bytesWritten
      }
      return true
    } catch (error) {
      if (!isNoSpace(error)) this.#fail(error)
      await this.#file.truncate(this.#bytes)
      return false
    }
  }

  /** What the kernel could not write is gone from its memory: another sync would succeed and say nothing. */
  #fail(error: unknown): never {
    this.#onFatal(error)
    throw new StoreUnavailable('journal', { cause: error })
  }
}

/** A new journal for this database. Null: there is something at `path` by now. */
export function makeJournal(path: string, installationId: string): JournalContents | null {
  const id = `jrn_${randomBytes(16).toString('hex')}`
  const draft = writeJournal(path, { id, installationId, base: 0 }, [])
  try {
    linkSync(draft, path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw error
  } finally {
    rmSync(draft)
  }
  syncDirectory(dirname(path))
  return readContents(path)
}

export function putAside(path: string): void {
  renameSync(path, `${path}.damaged`)
}

/** A whole and durable one, that nobody finds yet. */
function writeJournal(path: string, header: JournalHeader, entries: readonly JournalEntry[]): string {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  const descriptor = openSync(draft, 'wx', 0o600)
  try {
    // All of it or an error: of one write a disk that is nearly full takes a part, and says nothing.
    writeFileSync(descriptor, writeHeader(header))
    for (const text of piecesOf(entries)) writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } catch (error) {
    rmSync(draft)
    throw error
  } finally {
    closeSync(descriptor)
  }
  return draft
}

/**
 * Drops entries of before `sinceMs`, oldest first, where they are most of the file. A database that is older than what
 * is left cannot be proved against it any more.
 */
export function dropOldEntries(path: string, contents: JournalContents, sinceMs: number): JournalContents {
  const { header, headerBytes, wholeBytes } = contents
  if (wholeBytes - headerBytes < minBytesToDrop) return contents
  const entries = readEntries(path, contents, header.base)
  const kept = entries.findIndex(({ atMs }) => atMs >= sinceMs)
  const dropped = kept === -1 ? entries.length : kept
  if (dropped * 2 <= entries.length) return contents
  const bytes = Buffer.byteLength(entries.slice(0, dropped).map(writeEntry).join(''))
  try {
    renameSync(writeJournal(path, { ...header, base: header.base + bytes }, entries.slice(dropped)), path)
  } catch {
    // Without room for another it is whole as it is, and the next start tries again.
    return contents
  }
  syncDirectory(dirname(path))
  return readContents(path) ?? contents
}

function* piecesOf(entries: readonly JournalEntry[]): Generator<string> {
  let piece = ''
  for (const entry of entries) {
    const line = writeEntry(entry)
    if (piece.length + line.length > maxWriteBytes) {
      yield piece
      piece = ''
    }
    piece += line
  }
  if (piece !== '') yield piece
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
