import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from './config.ts'
import type { Journal, JournalEntry, JournalWrite } from './engine/ports/journal.ts'
import type { Presence } from './engine/ports/presence.ts'
import { StoreUnavailable } from './engine/ports/unavailable.ts'
import { dropOldEntries, JournalFile, makeJournal, putAside } from './storage/journal/journal-file.ts'
import { journalsAtHand, type JournalAtHand } from './storage/journal/journals-at-hand.ts'
import { Ballast } from './storage/sql/ballast.ts'

/** A database that was backed up before cannot be compared with the journal any more. */
const retentionMs = 400 * 24 * 60 * 60 * 1000
const reserveBytes = 256 * 1024
const maxAttempts = 100

export type OwnJournalOptions = {
  readonly path: string
  readonly nowMs: () => number
  readonly onFatal: (error: unknown) => void
  readonly onWarning: (message: string) => void
}

/** @throws ConfigError where no journal can be kept */
export function requireJournalPlace(path: string): void {
  const directory = dirname(path)
  try {
    accessSync(directory, constants.W_OK | constants.X_OK)
    if (!existsSync(path)) return
    accessSync(path, constants.R_OK | constants.W_OK)
    if (statSync(path).isFile()) return
  } catch {
    throw new ConfigError([
      `MINTMARK_JOURNAL_FILE: ${directory} cannot be written. Name a file in a directory that is there.`,
    ])
  }
  throw new ConfigError([`MINTMARK_JOURNAL_FILE: ${path} is no file.`])
}

/** The journal that this process writes: where it lies, and that nobody else writes it. */
export class OwnJournal implements Journal {
  readonly #options: OwnJournalOptions
  readonly #reserve: Ballast
  #path: string | null = null
  #file: JournalFile | null = null
  #isPaused = true

  constructor(options: OwnJournalOptions) {
    this.#options = options
    this.#reserve = new Ballast({
      file: `${options.path}.reserve`,
      bytes: reserveBytes,
      onChange: (isHeld) => {
        if (!isHeld) options.onWarning('The disk of the journal has no room')
      },
    })
  }

  get path(): string {
    return this.#path ?? this.#options.path
  }

  get id(): string | null {
    return this.#file?.header.id ?? null
  }

  /** All before it is in the database, or was never acknowledged. */
  get settled(): number {
    return this.#file?.settled ?? 0
  }

  async write(entries: readonly JournalEntry[], options?: JournalWrite): Promise<() => void> {
    if (entries.length === 0) return () => {}
    if (this.#file === null || this.#isPaused) throw new StoreUnavailable('journal')
    return this.#file.write(entries, options)
  }

  /** What is to be written meanwhile is refused: it is not known whether another process writes the file. */
  pause(): void {
    this.#isPaused = true
  }

  /** Opens one of those that are there and that nobody else writes, the one it had first; else makes one. */
  async resume(found: readonly JournalAtHand[], installationId: string, presence: Presence | null): Promise<void> {
    this.#reserve.hold()
    const mineFirst = found.toSorted(
      (one, other) => Number(other.path === this.#path) - Number(one.path === this.#path),
    )
    for (const { path, contents } of mineFirst) {
      if (contents === null || (presence !== null && !(await presence.claim(contents.header.id)))) continue
      if (this.#path !== path) await this.#open(path, contents)
      this.#isPaused = false
      return
    }
    await this.#make(found, installationId, presence)
    this.#isPaused = false
  }

  async close(): Promise<void> {
    this.#reserve.close()
    this.#isPaused = true
    await this.#letGo()
  }

  async #make(found: readonly JournalAtHand[], installationId: string, presence: Presence | null): Promise<void> {
    const { path } = this.#options
    const areShared = presence !== null
    // Without others to share with there is one place, and a damaged journal is in it.
    if (!areShared) for (const damaged of found) putAside(damaged.path)
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const { nextPath } = journalsAtHand(path, { areShared })
      const contents = makeJournal(nextPath, installationId)
      if (contents === null || (presence !== null && !(await presence.claim(contents.header.id)))) continue
      await this.#open(nextPath, contents)
      return
    }
    throw new Error(`No journal could be made at ${path}`)
  }

  async #open(path: string, contents: NonNullable<JournalAtHand['contents']>): Promise<void> {
    await this.#letGo()
    const kept = dropOldEntries(path, contents, this.#options.nowMs() - retentionMs)
    this.#file = await JournalFile.open(kept, { path, reserve: this.#reserve, onFatal: this.#options.onFatal })
    this.#path = path
  }

  async #letGo(): Promise<void> {
    await this.#file?.close()
    this.#file = null
    this.#path = null
  }
}
