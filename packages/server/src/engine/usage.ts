import {
  maxAtomicRows,
  type ActivityBatch,
  type ActivityStore,
  type Rekeying,
  type Sighting,
  type UsageCount,
  type Use,
} from './ports/activity.ts'
import type { UsedSecret } from './holder.ts'

/** Takes note of uses without ever delaying one: memory now, storage by the next flush. */
export type UsageRecorder = {
  /** @param agent the client's User-Agent; absent: unknown */
  record(secret: UsedSecret, outcome: string, nowMs: number, ip: string | null, agent?: string | null): void
  /** A member was there. */
  see(member: SeenMember, nowMs: number): void
  rekey(rekeying: Rekeying): void
  /** Writes everything noted so far. Never rejects: what could not be written is kept, or dropped and counted. */
  flush(): Promise<void>
  /** Requests, uses and sightings that were dropped because too many were waiting. */
  dropped(): number
  /** Requests that are counted here and not written yet: what is lost if this process ends now. */
  waiting(): number
}

type SeenMember = Pick<Sighting, 'organizationId' | 'userId'>

/** Secrets that may wait for a flush. Beyond it (storage away for long) counts are dropped and counted. */
const maxWaitingSecrets = 200_000
const maxWaitingRekeyings = 10_000
const maxWaitingSightings = 100_000

/** What is noted of one secret since the last flush. */
export type UseNote = {
  readonly keyNumber: number
  readonly secretNumber: number
  /** Among those that the next flush writes. */
  isWaiting: boolean
  /** 0: not used. */
  lastUsedAtMs: number
  ip: string | null
  agent: string | null
  minute: number
  accepted: number
  refused: Map<string, number> | null
}

export function createUsageRecorder(activity: ActivityStore, onError: (error: unknown) => void): UsageRecorder {
  return new NotedUsage(activity, onError)
}

class NotedUsage implements UsageRecorder {
  readonly #activity: ActivityStore
  readonly #onError: (error: unknown) => void
  #waiting: UseNote[] = []
  /** Counts of minutes that are over, and what could not be written. */
  #closed: UsageCount[] = []
  #unwritten: Use[] = []
  /** Failed, and perhaps written: it must be given to the store again as it was. */
  #failed: ActivityBatch | null = null
  #rekeyings = new Map<string, Rekeying>()
  #sightings = new Map<string, Sighting>()
  /** Of the flush that is under way. */
  #leaving = 0
  #dropped = 0
  #flushed: Promise<void> = Promise.resolve()
  #isFailing = false

  constructor(activity: ActivityStore, onError: (error: unknown) => void) {
    this.#activity = activity
    this.#onError = onError
  }

  record(secret: UsedSecret, outcome: string, nowMs: number, ip: string | null, agent: string | null = null): void {
    const minute = Math.floor(nowMs / 60_000)
    const note = (secret.note ??= emptyNote(secret))
    if (!note.isWaiting) {
      if (this.#waiting.length >= maxWaitingSecrets) {
        this.#dropped += 1
        return
      }
      note.isWaiting = true
      note.minute = minute
      this.#waiting.push(note)
    } else if (note.minute !== minute) {
      this.#closeMinute(note)
      note.minute = minute
    }
    if (outcome === 'accepted') note.accepted += 1
    else note.refused = increment(note.refused, outcome)
    // A refusal after the standing was found good is a use too: the holder is out there with this secret.
    if (outcome !== 'key_revoked' && outcome !== 'key_expired') {
      note.lastUsedAtMs = nowMs
      note.ip = ip
      note.agent = agent
    }
  }

  see({ organizationId, userId }: SeenMember, nowMs: number): void {
    const name = nameOf({ organizationId, userId })
    if (this.#sightings.size >= maxWaitingSightings && !this.#sightings.has(name)) {
      this.#dropped += 1
      return
    }
    this.#sightings.set(name, { organizationId, userId, atMs: nowMs })
  }

  rekey(rekeying: Rekeying): void {
    const name = `${rekeying.table}\n${rekeying.previous}`
    if (this.#rekeyings.size < maxWaitingRekeyings) this.#rekeyings.set(name, rekeying)
  }

  async flush(): Promise<void> {
    // One at a time; a flush asked for during another writes what came since.
    this.#flushed = this.#flushed.then(() => this.#write())
    await this.#flushed
  }

  dropped(): number {
    return this.#dropped
  }

  waiting(): number {
    const failed = this.#failed?.counts ?? []
    return this.#leaving + sum(failed) + sum(this.#closed) + sum(this.#waiting.flatMap(countsOf))
  }

  #closeMinute(note: UseNote): void {
    if (this.#closed.length < maxWaitingSecrets) this.#closed.push(...countsOf(note))
    else this.#dropped += sum(countsOf(note))
    note.accepted = 0
    note.refused = null
  }

  #take(): ActivityBatch {
    const notes = this.#waiting
    const batch = {
      uses: latestUses([...this.#unwritten, ...notes.flatMap(useOf)]),
      counts: [...this.#closed, ...notes.flatMap(countsOf)],
      rekeyings: [...this.#rekeyings.values()],
      sightings: [...this.#sightings.values()],
    }
    this.#waiting = []
    this.#closed = []
    this.#unwritten = []
    this.#rekeyings = new Map()
    this.#sightings = new Map()
    for (const note of notes) {
      note.isWaiting = false
      note.lastUsedAtMs = 0
      note.agent = null
      note.accepted = 0
      note.refused = null
    }
    return batch
  }

  async #write(): Promise<void> {
    const waiting = [...(this.#failed === null ? [] : [this.#failed]), ...atomicBatches(this.#take())]
    this.#failed = null
    this.#leaving = sum(waiting.flatMap(({ counts }) => counts))
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        await this.#activity.record(next)
        waiting.shift()
        this.#leaving -= sum(next.counts)
      }
      this.#isFailing = false
    } catch (error) {
      // Said once for an outage: on a full disk the log may be what fills it.
      if (!this.#isFailing) this.#onError(error)
      this.#isFailing = true
      this.#leaving = 0
      const [failed = null, ...unwritten] = waiting
      this.#failed = failed
      for (const batch of unwritten) this.#putBack(batch)
    }
  }

  /** The next flush tries again. */
  #putBack(batch: ActivityBatch): void {
    const room = Math.max(0, maxWaitingSecrets - this.#closed.length)
    this.#closed = [...batch.counts.slice(0, room), ...this.#closed]
    this.#dropped += sum(batch.counts.slice(room))
    const uses = latestUses([...batch.uses, ...this.#unwritten])
    this.#unwritten = uses.slice(0, maxWaitingSecrets)
    this.#dropped += uses.length - this.#unwritten.length
    for (const rekeying of batch.rekeyings) this.rekey(rekeying)
    for (const sighting of batch.sightings ?? []) {
      // He may have been there again meanwhile.
      if (!this.#sightings.has(nameOf(sighting))) this.see(sighting, sighting.atMs)
    }
  }
}

function nameOf({ organizationId, userId }: SeenMember): string {
  return `${organizationId}\n${userId}`
}

function emptyNote({ keyNumber, secretNumber }: UsedSecret): UseNote {
  return {
    keyNumber,
    secretNumber,
    isWaiting: false,
    lastUsedAtMs: 0,
    ip: null,
    agent: null,
    minute: 0,
    accepted: 0,
    refused: null,
  }
}

/** One for each secret: several notes are made of one whose row was read anew. */
function latestUses(uses: readonly Use[]): Use[] {
  const latest = new Map<number, Use>()
  for (const use of uses) {
    const known = latest.get(use.secretNumber)
    if (known === undefined || known.atMs <= use.atMs) latest.set(use.secretNumber, use)
  }
  return [...latest.values()]
}

function sum(counts: readonly UsageCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0)
}

/** Counts add up, so what is tried again must not have been written in part. All else may be written twice. */
function atomicBatches(batch: ActivityBatch): ActivityBatch[] {
  const { uses, counts, rekeyings, sightings = [] } = batch
  const rows = uses.length + counts.length + rekeyings.length + sightings.length
  if (rows <= maxAtomicRows) return rows === 0 ? [] : [batch]
  const batches: ActivityBatch[] = [{ uses, counts: [], rekeyings, sightings }]
  for (let start = 0; start < counts.length; start += maxAtomicRows) {
    const some = counts.slice(start, start + maxAtomicRows)
    batches.push({ uses: [], counts: some, rekeyings: [], sightings: [] })
  }
  return batches
}

function increment(counts: Map<string, number> | null, outcome: string): Map<string, number> {
  const map = counts ?? new Map<string, number>()
  map.set(outcome, (map.get(outcome) ?? 0) + 1)
  return map
}

function useOf(note: UseNote): Use[] {
  if (note.lastUsedAtMs === 0) return []
  const { secretNumber, keyNumber, lastUsedAtMs, ip, agent } = note
  return [{ secretNumber, keyNumber, atMs: lastUsedAtMs, ip, agent }]
}

function countsOf(note: UseNote): UsageCount[] {
  const { keyNumber, minute } = note
  const refused = [...(note.refused ?? [])].map(([outcome, count]) => ({ keyNumber, minute, outcome, count }))
  return note.accepted === 0 ? refused : [{ keyNumber, minute, outcome: 'accepted', count: note.accepted }, ...refused]
}
