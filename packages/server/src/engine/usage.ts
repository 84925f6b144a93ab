import { maxAtomicRows, type ActivityStore, type Rekeying, type UsageCount, type Use } from './ports/activity.ts'
import type { UsedSecret } from './holder.ts'

/** Takes note of uses without ever delaying one: memory now, storage by the next flush. */
export type UsageRecorder = {
  record(secret: UsedSecret, outcome: string, nowMs: number, ip: string | null): void
  rekey(rekeying: Rekeying): void
  /** Writes everything noted so far. Never rejects: what could not be written is kept, or dropped and counted. */
  flush(): Promise<void>
  /** Uses and counts that were dropped because too many were waiting. */
  dropped(): number
}

/** Keys that may wait for a flush. Beyond it (storage away for long) counts are dropped and counted. */
const maxWaitingKeys = 200_000
const maxWaitingRekeyings = 10_000

type Batch = {
  readonly uses: readonly Use[]
  readonly counts: readonly UsageCount[]
  readonly rekeyings: readonly Rekeying[]
}

type Note = {
  readonly keyNumber: number
  readonly secretNumber: number
  lastUsedAtMs: number
  ip: string | null
  minute: number
  accepted: number
  refused: Map<string, number> | null
}

export function createUsageRecorder(activity: ActivityStore, onError: (error: unknown) => void): UsageRecorder {
  let notes = new Map<number, Note>()
  let closed: UsageCount[] = []
  let rekeyings = new Map<string, Rekeying>()
  let dropped = 0
  let flushed: Promise<void> = Promise.resolve()
  let isFailing = false

  function record(secret: UsedSecret, outcome: string, nowMs: number, ip: string | null): void {
    const minute = Math.floor(nowMs / 60_000)
    let note = notes.get(secret.secretNumber)
    if (note === undefined) {
      if (notes.size >= maxWaitingKeys) {
        dropped += 1
        return
      }
      note = {
        keyNumber: secret.keyNumber,
        secretNumber: secret.secretNumber,
        lastUsedAtMs: 0,
        ip: null,
        minute,
        accepted: 0,
        refused: null,
      }
      notes.set(secret.secretNumber, note)
    } else if (note.minute !== minute) {
      closeMinute(note, minute)
    }
    if (outcome === 'accepted') note.accepted += 1
    else note.refused = increment(note.refused, outcome)
    // A refusal after the standing was found good is a use too: the holder is out there with this secret.
    if (outcome !== 'key_revoked' && outcome !== 'key_expired') {
      note.lastUsedAtMs = nowMs
      note.ip = ip
    }
  }

  function closeMinute(note: Note, minute: number): void {
    if (closed.length < maxWaitingKeys) closed.push(...countsOf(note))
    else dropped += note.accepted
    note.minute = minute
    note.accepted = 0
    note.refused = null
  }

  async function write(): Promise<void> {
    const batch = {
      uses: [...notes.values()].flatMap(useOf),
      counts: [...closed, ...[...notes.values()].flatMap(countsOf)],
      rekeyings: [...rekeyings.values()],
    }
    if (batch.uses.length === 0 && batch.counts.length === 0 && batch.rekeyings.length === 0) return
    notes = new Map()
    closed = []
    rekeyings = new Map()
    const waiting = atomicBatches(batch)
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        await activity.record(next)
        waiting.shift()
      }
      isFailing = false
    } catch (error) {
      // Said once for an outage: on a full disk the log may be what fills it.
      if (!isFailing) onError(error)
      isFailing = true
      for (const unwritten of waiting) keep(unwritten)
    }
  }

  /** Puts back what could not be written, so that the next flush tries again. */
  function keep(batch: Batch): void {
    const room = Math.max(0, maxWaitingKeys - closed.length)
    closed = [...batch.counts.slice(0, room), ...closed]
    dropped += batch.counts.slice(room).reduce((sum, { count }) => sum + count, 0)
    for (const use of batch.uses) {
      if (notes.has(use.secretNumber) || notes.size >= maxWaitingKeys) continue
      notes.set(use.secretNumber, {
        keyNumber: use.keyNumber,
        secretNumber: use.secretNumber,
        lastUsedAtMs: use.atMs,
        ip: use.ip,
        minute: Math.floor(use.atMs / 60_000),
        accepted: 0,
        refused: null,
      })
    }
    for (const rekeying of batch.rekeyings) rekey(rekeying)
  }

  function rekey(rekeying: Rekeying): void {
    if (rekeyings.size < maxWaitingRekeyings) rekeyings.set(rekeying.previous, rekeying)
  }

  return {
    record,
    rekey,
    async flush() {
      // One at a time; a flush asked for during another writes what came since.
      flushed = flushed.then(write)
      await flushed
    },
    dropped: () => dropped,
  }
}

/** Counts add up, so what is tried again must not have been written in part. All else may be written twice. */
function atomicBatches(batch: Batch): Batch[] {
  const { uses, counts, rekeyings } = batch
  if (uses.length + counts.length + rekeyings.length <= maxAtomicRows) return [batch]
  const batches: Batch[] = [{ uses, counts: [], rekeyings }]
  for (let start = 0; start < counts.length; start += maxAtomicRows) {
    batches.push({ uses: [], counts: counts.slice(start, start + maxAtomicRows), rekeyings: [] })
  }
  return batches
}

function increment(counts: Map<string, number> | null, outcome: string): Map<string, number> {
  const map = counts ?? new Map<string, number>()
  map.set(outcome, (map.get(outcome) ?? 0) + 1)
  return map
}

function useOf(note: Note): Use[] {
  if (note.lastUsedAtMs === 0) return []
  const { secretNumber, keyNumber, lastUsedAtMs, ip } = note
  return [{ secretNumber, keyNumber, atMs: lastUsedAtMs, ip }]
}

function countsOf(note: Note): UsageCount[] {
  const { keyNumber, minute } = note
  const refused = [...(note.refused ?? [])].map(([outcome, count]) => ({ keyNumber, minute, outcome, count }))
  return note.accepted === 0 ? refused : [{ keyNumber, minute, outcome: 'accepted', count: note.accepted }, ...refused]
}
