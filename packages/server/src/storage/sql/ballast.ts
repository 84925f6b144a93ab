import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory } from '../sync-directory.ts'

/** A whole cycle of the write-ahead log (4 MiB between checkpoints), and as much again for what it moves to the file. */
const defaultBytes = 8 * 1024 * 1024
/** Room that must be left beside it, so that making it does not itself fill the disk. */
const headroomBytes = 4 * 1024 * 1024
const retryEveryMs = 1_000
const chunkBytes = 1024 * 1024

/** Room held back for what must never wait for room. */
export type Reserve = {
  /** While it is not, only what must fit is written. */
  readonly isHeld: boolean
  /** Gives the room up at once, for the write that needs it. */
  release(): void
}

/** For a database without a disk. */
export const noReserve: Reserve = { isHeld: true, release: () => {} }

export type BallastOptions = {
  readonly file: string
  readonly bytes?: number
  /** Told when there is no room for it any more, and when it is held again. */
  readonly onChange: (isHeld: boolean) => void
}

/**
 * A file that takes up room on the disk for no purpose but to be dropped when a revocation finds the disk full. Once
 * dropped, it is made again as soon as there is room for it.
 */
export class Ballast implements Reserve {
  readonly #file: string
  readonly #bytes: number
  readonly #onChange: (isHeld: boolean) => void
  #isHeld: boolean
  #retry: NodeJS.Timeout | null = null

  constructor({ file, bytes = defaultBytes, onChange }: BallastOptions) {
    this.#file = file
    this.#bytes = bytes
    this.#onChange = onChange
    // Of an earlier start, whole: it appears by renaming.
    this.#isHeld = sizeOf(file) === bytes
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Makes the file where there is room; where there is none, goes on looking for it. */
  hold(): void {
    if (this.#isHeld) return
    this.#isHeld = this.#make()
    if (!this.#isHeld) this.#lost()
  }

  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    rmSync(this.#file, { force: true })
    // A journalling file system gives blocks out again only after the deletion is committed.
    syncDirectory(dirname(this.#file))
    this.#lost()
  }

  /** Stops looking for room. What is held stays for the next start. */
  close(): void {
    if (this.#retry !== null) clearInterval(this.#retry)
  }

  #lost(): void {
    this.#onChange(false)
    this.close()
    this.#retry = setInterval(() => this.#regain(), retryEveryMs)
    this.#retry.unref()
  }

  #regain(): void {
    if (!this.#make()) return
    this.#isHeld = true
    this.close()
    this.#onChange(true)
  }

  #make(): boolean {
    const draft = `${this.#file}.new`
    try {
      if (!hasRoom(dirname(this.#file), this.#bytes + headroomBytes)) return false
      writeDurably(draft, this.#bytes)
      renameSync(draft, this.#file)
      syncDirectory(dirname(this.#file))
      return true
    } catch {
      rmSync(draft, { force: true })
      return false
    }
  }
}

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}

/** A file system that does not tell its size is asked by writing. */
function hasRoom(directory: string, bytes: number): boolean {
  const { blocks, bavail, bsize } = statfsSync(directory)
  return blocks === 0 || bavail * bsize >= bytes
}

/** Random bytes: a file system that compresses would keep no room for others. */
function writeDurably(file: string, bytes: number): void {
  const descriptor = openSync(file, 'w', 0o600)
  try {
    for (let written = 0; written < bytes;) {
      written += writeSync(descriptor, randomBytes(Math.min(chunkBytes, bytes - written)))
    }
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
