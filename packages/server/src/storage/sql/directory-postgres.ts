import { digestFromBytes } from '@mintmark/core'
import type { KeyDigest } from '@mintmark/core'
import type { Compile, Directory, DirectoryKind, Found } from '../../engine/ports/directory.ts'
import { Batcher } from './batcher.ts'
import { FirstUses } from './first-uses-postgres.ts'
import { HolderMemo } from './holder-memo.ts'
import { LookupLine } from './lookup-line.ts'
import { LookupQueue } from './lookup-queue.ts'
import { keyRows, sessionRows } from './lookup-rows.ts'
import { LookupSession, PepperMissing, ReplicaAnswered } from './lookup-session.ts'
import type { PostgresDatabase } from './postgres-database.ts'

/** While one batch is answered the next one is sent: with more of them, batches would only be smaller. */
const connections = 2
const maxBatchDigests = 128
const defaultMaxWaiting = 10_000
/** With the 50 ms in which it is noticed: a refusal within one second. */
const defaultDeadlineMs = 900
/** Compiled holders kept for rows that stay as they are; the row itself is read at every look-up. */
const memoCapacity = 100_000

export type PostgresDirectoryOptions = {
  readonly url: string
  /** Whether this node has the pepper of this version; asked with the newest that any node has used. */
  readonly hasPepper: (version: string) => boolean
  /** Told of each lost or failed connection. */
  readonly onTrouble: (cause: unknown) => void
  /** Look-ups that may wait for a connection; 10,000. Those beyond reject at once. */
  readonly maxWaiting?: number
  /** After which an unanswered look-up rejects; 900. */
  readonly deadlineMs?: number
  /** Told how many digests each statement asks for. */
  readonly onBatch?: (size: number) => void
}

export type DirectoryHealth = {
  /** The primary has just answered a look-up. */
  readonly reachable: boolean
  /** The last server that was reached was a replica. */
  readonly inRecovery: boolean
  /** Other nodes use a pepper that this one was not given. */
  readonly lacksPepper: boolean
  /** Without it, strictness across a failover rests on the operator's fencing: a warning. */
  readonly synchronousStandby: boolean
  /** Why the last connection was lost or could not be made. */
  readonly trouble: unknown
}

export interface PostgresDirectory<K, S> extends Directory<K, S> {
  findKey(digest: KeyDigest): Promise<Found<K>>
  findSession(digest: KeyDigest): Promise<Found<S>>
  /** Looks up a digest that nobody can have. Never rejects; answers within a look-up's deadline. */
  health(): Promise<DirectoryHealth>
  /** What still waits rejects with `StoreUnavailable`. */
  close(): Promise<void>
}

/**
 * The directory on the primary: every look-up is answered by a statement sent after it was asked. Connections are
 * opened at once and reopened for ever; meanwhile look-ups wait, up to their deadline.
 */
export function createPostgresDirectory<K, S>(
  database: PostgresDatabase,
  compile: Compile<K, S>,
  options: PostgresDirectoryOptions,
): PostgresDirectory<K, S> {
  const { deadlineMs = defaultDeadlineMs, maxWaiting = defaultMaxWaiting } = options
  const keys = queueOf('key', (text) => compile.key(keyRows.parse(text)))
  const sessions = queueOf('session', (text) => compile.session(sessionRows.parse(text)))
  const batcher = new Batcher([keys, sessions], {
    maxBatchDigests,
    maxWaiting,
    deadlineMs,
    ...(options.onBatch !== undefined && { onBatch: options.onBatch }),
  })
  const firstUses = new FirstUses(database, deadlineMs)
  let trouble: unknown = null

  const line = () =>
    new LookupLine({
      open: async () =>
        LookupSession.open({
          url: options.url,
          statementTimeoutMs: deadlineMs,
          mayAnswer: () => database.nodeLock.held,
          hasPepper: options.hasPepper,
        }),
      onIdle: () => batcher.wake(),
      onTrouble: (cause) => {
        trouble = cause
        options.onTrouble(cause)
      },
    })
  const lines = Array.from({ length: connections }, line)
  batcher.use(lines)

  return {
    findKey: (digest) => batcher.find(keys, digest),
    findSession: (digest) => batcher.find(sessions, digest),
    markFirstUse: async (secretNumber) => firstUses.mark(secretNumber),
    async health() {
      const reachable = await batcher.find(keys, nobodysDigest).then(
        () => true,
        () => false,
      )
      const synchronousStandby = lines.some(({ synchronous }) => synchronous === true)
      return {
        reachable,
        inRecovery: !reachable && trouble instanceof ReplicaAnswered,
        lacksPepper: !reachable && trouble instanceof PepperMissing,
        synchronousStandby,
        trouble,
      }
    },
    async close() {
      batcher.close()
      await Promise.all(lines.map(async (each) => each.close()))
    },
  }
}

function queueOf<Holder>(kind: DirectoryKind, make: (text: string) => Holder): LookupQueue<Holder> {
  const memo = new HolderMemo(make, memoCapacity)
  return new LookupQueue(kind, (digest, text, nowMs) => ({ holder: memo.holderOf(digest, text), nowMs }))
}

/** Nobody knows a secret with this digest: to find one is to invert HMAC-SHA-256. */
const nobodysDigest = digestFromBytes(new Uint8Array(32))
