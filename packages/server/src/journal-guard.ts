import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from './config.ts'
import type { KnownJournal } from './engine/ports/journal.ts'
import type { Presence } from './engine/ports/presence.ts'
import type { Storage } from './engine/ports/storage.ts'
import { StoreFull, StoreUnavailable } from './engine/ports/unavailable.ts'
import type { AcceptRestored } from './engine/restore/accept-restored.ts'
import { missingJournals } from './engine/restore/missing-journals.ts'
import type { ReplayJournal } from './engine/restore/replay-journal.ts'
import { OwnJournal, requireJournalPlace, type OwnJournalOptions } from './own-journal.ts'
import { journalsAtHand, readSince, type JournalAtHand } from './storage/journal/journals-at-hand.ts'
import { latestSeen, writeSeen } from './storage/journal/seen-file.ts'

/** In a cluster: how often a node says how far it has come, and looks again while something is missing. */
const beatMs = 2_000
/** Where the process has the database to itself nobody waits for it. */
const lonelyBeatMs = 10_000
const retryMs = 100
/** What a node had acknowledged that nobody has heard of for so long is in the database. */
const forgetAfterMs = 60_000

export type GuardParts = {
  readonly storage: Storage
  readonly installation: { readonly id: string }
  readonly replay: ReplayJournal
  readonly accept: AcceptRestored
  /** Null where this process has the database to itself. */
  readonly presence: Presence | null
}

export type GuardOptions = OwnJournalOptions & { readonly onError: (error: unknown) => void }

/**
 * Keeps the answer to one question: has everything that ever ended, by the journal, ended in this database too? Until it
 * has, `isOpen` is false and no credential is answered for.
 */
export class JournalGuard {
  readonly journal: OwnJournal
  readonly #options: GuardOptions
  #parts: GuardParts | null = null
  #trouble: string | null = 'The database has not been compared with the journal yet'
  #missing: readonly string[] = []
  #lastPosition = -1
  /** When this node last said how far it has come, and when it may have: of a failed COMMIT nothing is known. */
  #saidAtMs: number[] = []
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: GuardOptions) {
    this.#options = options
    this.journal = new OwnJournal(options)
  }

  get isOpen(): boolean {
    return this.#trouble === null
  }

  /** Why no credential is answered for; null: they are. */
  get trouble(): string | null {
    return this.#trouble
  }

  /**
   * Compares, replays, and goes on looking while something is missing.
   * @throws ConfigError when the journal at the path is another database's, or none can be kept there
   */
  async start(parts: GuardParts): Promise<void> {
    requireJournalPlace(this.#options.path)
    this.#parts = parts
    const { presence } = parts
    const { onError } = this.#options
    presence?.watch({
      lost: () => this.#shut('The connection of this node to the database was lost'),
      back: () => void this.#compareAgain(parts).catch(onError),
    })
    await this.#inTurn(() => this.#compare(parts))
    const tick = (): void => void this.#inTurn(() => this.#tick(parts)).catch(ifNotAway(onError))
    this.#timer = setInterval(tick, presence === null ? lonelyBeatMs : beatMs).unref()
  }

  /** The operator takes the database as it is. False: nothing is missing. */
  async accept(): Promise<boolean> {
    return this.#inTurn(async () => {
      const parts = this.#parts
      if (parts === null || this.#missing.length === 0) return false
      await parts.accept(this.#missing)
      await this.#compare(parts)
      return true
    })
  }

  /** Says how far the database has come, so that the next start has nothing to compare. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#inTurn(async () => {
      if (this.isOpen && this.#parts !== null) await this.#sayWhatIsNew(this.#parts).catch(() => {})
      this.#shut('The server is being stopped')
      await this.journal.close()
    })
  }

  async #tick(parts: GuardParts): Promise<void> {
    if (this.isOpen) await this.#sayWhatIsNew(parts)
    else await this.#compare(parts)
  }

  /** The connection is back: nobody should wait for longer than he must. */
  async #compareAgain(parts: GuardParts): Promise<void> {
    for (;;) {
      try {
        await this.#inTurn(() => this.#compare(parts))
        return
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await sleep(retryMs, null, { ref: false })
      }
    }
  }

  async #compare(parts: GuardParts): Promise<void> {
    const { presence, storage, installation } = parts
    const found = look(this.#options.path, parts)
    const { known, beat } = await storage.read('every-organization', async ({ journals }) => ({
      known: await journals.list(),
      beat: await journals.beats(),
    }))
    const read = found.flatMap((journal) => readSince(journal, known))
    await parts.replay(read.flatMap(({ entries }) => entries))
    const seen = presence === null ? null : latestSeen([this.#options.path, ...found.map(({ path }) => path)])
    const alive = (await presence?.claimed([...known.map(({ id }) => id), ...(seen?.journals ?? [])])) ?? noJournals
    const missing = missingJournals({
      known: new Set(known.map(({ id }) => id)),
      replayed: new Set(read.map(({ id }) => id)),
      isAlive: (id) => alive.has(id) && id !== this.journal.id,
      isVouchedFor: (await presence?.isVouchedFor()) ?? false,
      seen,
      beat,
    })
    this.#tellOf(missing)
    if (missing.length > 0) {
      // Others may be waiting for what was replayed here.
      for (const { id } of read) await presence?.claim(id)
      this.#shut(withoutJournal)
      return
    }
    await this.journal.resume(found, installation.id, presence)
    const others = read.filter(({ id }) => id !== this.journal.id)
    for (const { id } of others) await presence?.release(id)
    const silent = others.filter(({ id }) => !alive.has(id))
    await this.#saySilent(storage, known, silent)
    await this.#begin(parts, known)
    this.#trouble = null
  }

  /** Journals that were replayed here and that nobody writes now. */
  async #saySilent(
    storage: Storage,
    known: readonly KnownJournal[],
    silent: readonly { readonly id: string; readonly end: number }[],
  ): Promise<void> {
    const news = silent.filter(({ id, end }) => known.find((journal) => journal.id === id)?.position !== end)
    if (news.length === 0) return
    await storage.transaction('every-organization', async ({ journals }) => {
      for (const { id, end } of news) await journals.put({ id, position: end, seenAtMs: seenAtOf(known, id) })
    })
  }

  async #begin(parts: GuardParts, known: readonly KnownJournal[]): Promise<void> {
    const { journal } = this
    this.#saidAtMs = []
    this.#lastPosition = known.find(({ id }) => id === journal.id)?.position ?? -1
    if (this.#lastPosition === -1) await this.#say(parts, { mustFit: true })
    else await this.#sayWhatIsNew(parts)
    await parts.presence?.vouch()
  }

  /** On a full disk it is not said: the next start has the more to compare. */
  async #sayWhatIsNew(parts: GuardParts): Promise<void> {
    if (parts.presence === null && this.journal.settled === this.#lastPosition) return
    await this.#say(parts, { mustFit: false }).catch((error: unknown) => {
      if (!(error instanceof StoreFull)) throw error
    })
  }

  /** Says how far this journal is done in the database, unless somebody has taken the database back since the last time. */
  async #say({ storage, presence }: GuardParts, { mustFit }: { readonly mustFit: boolean }): Promise<void> {
    const { id, settled: position, path } = this.journal
    if (id === null) return
    const said = await storage.transaction('every-organization', async (stores) => {
      if (mustFit) stores.mustFit()
      const known = await stores.journals.list()
      if (!this.#isAsLeft(known)) return null
      const seenAtMs = await stores.nowMs()
      this.#saidAtMs.push(seenAtMs)
      await stores.journals.put({ id, position, seenAtMs })
      if (presence === null) return { seenAtMs, known, beat: 0 }
      await stores.journals.forget(await silentOf(presence, known, seenAtMs))
      return { seenAtMs, known, beat: await stores.journals.beat(1) }
    })
    if (said === null) {
      const trouble = 'The database was restored while this node was running'
      this.#shut(trouble)
      this.#options.onWarning(trouble)
      await presence?.unvouch()
      // Others wait for what is in this journal until it has been replayed.
      await presence?.release(id)
      return
    }
    this.#lastPosition = position
    this.#saidAtMs = [said.seenAtMs]
    if (presence !== null) writeSeen(path, { beat: said.beat, journals: said.known.map((journal) => journal.id) })
  }

  /** Nobody else writes this node's row: where it is not as it was left, it came out of a backup. */
  #isAsLeft(known: readonly KnownJournal[]): boolean {
    const mine = known.find(({ id }) => id === this.journal.id)
    return this.#saidAtMs.length === 0 || (mine !== undefined && this.#saidAtMs.includes(mine.seenAtMs))
  }

  /** In the log alone: `/readyz` answers to anybody, and where files lie is nobody else's business. */
  #tellOf(missing: readonly string[]): void {
    const { path, onWarning } = this.#options
    if (missing.length > 0 && missing.join() !== this.#missing.join()) {
      onWarning(`${withoutJournal}. Put ${missing.join(', ')} back at ${path}, or take the database as it is`)
    }
    this.#missing = missing
  }

  #shut(trouble: string): void {
    this.#trouble = trouble
    this.journal.pause()
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {})
    return mine
  }
}

const noJournals: ReadonlySet<string> = new Set()
const withoutJournal =
  'No key is answered for: this database may have been restored, and without its journal it is not known what was ' +
  'revoked since: see the log, and mintmark restore --accept'

/** What lies there, all of this installation. */
function look(path: string, { installation, presence }: GuardParts): readonly JournalAtHand[] {
  const { found } = journalsAtHand(path, { areShared: presence !== null })
  const foreign = found.find(({ contents }) => contents !== null && contents.header.installationId !== installation.id)
  if (foreign === undefined) return found
  throw new ConfigError([
    `MINTMARK_JOURNAL_FILE: ${foreign.path} is the journal of another database. Put the right one there, or name ` +
      'another file.',
  ])
}

async function silentOf(presence: Presence, known: readonly KnownJournal[], nowMs: number): Promise<readonly string[]> {
  const silent = known.filter(({ seenAtMs }) => seenAtMs < nowMs - forgetAfterMs).map(({ id }) => id)
  if (silent.length === 0) return []
  const alive = await presence.claimed(silent)
  return silent.filter((id) => !alive.has(id))
}

function seenAtOf(known: readonly KnownJournal[], id: string): number {
  return known.find((journal) => journal.id === id)?.seenAtMs ?? 0
}

function ifNotAway(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof StoreUnavailable)) onError(error)
  }
}
