import { randomBytes } from 'node:crypto'
import type { Contract } from '@mintmark/core'
import { hostCaller, type OperatorCaller } from '../engine/caller.ts'
import { compileFor, createEngine, type Engine } from '../engine/engine.ts'
import { createKeyring } from '../engine/keyring.ts'
import { createDestinations } from '../engine/webhooks/destination.ts'
import { Metrics } from '../engine/metrics.ts'
import type { KeyHolder, OperatorHolder, SessionHolder } from '../engine/holder.ts'
import type { Clock } from '../engine/ports/clock.ts'
import type { Directory } from '../engine/ports/directory.ts'
import { defaultUsageRetention } from '../engine/usage/usage-retention.ts'
import { createMemoryWindows, type MemoryWindows } from '../storage/memory/windows.ts'
import { createSqliteDirectory } from '../storage/sql/directory-sqlite.ts'
import { openSqlite, type SqliteStorage } from '../storage/sql/sqlite.ts'

/** A clock that stands still until the test moves it. */
export type TestClock = Clock & { advance(durationMs: number): void }

export function createTestClock(startMs = Date.UTC(2026, 10, 21, 10)): TestClock {
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    advance: (durationMs) => {
      nowMs += durationMs
    },
  }
}

export type EmbeddedEngine = {
  readonly engine: Engine
  readonly windows: MemoryWindows
  readonly sqlite: SqliteStorage
  /** Every right, as the command line on the machine has it. */
  readonly host: OperatorCaller
  close(): Promise<void>
}

type EngineDirectory = Directory<KeyHolder | OperatorHolder, SessionHolder>

export type EmbeddedOptions = {
  readonly contract: Contract
  readonly clock: Clock
  /** Default: a fresh one, without a previous one. */
  readonly peppers?: { readonly current: Uint8Array; readonly previous: Uint8Array | null }
  /** Default: `:memory:`. */
  readonly file?: string
  /** Default: null, for ever. */
  readonly auditRetentionDays?: number | null
  /** Puts something between the engine and its directory. */
  readonly wrapDirectory?: (directory: EngineDirectory) => EngineDirectory
  /** Told of what fails behind the scenes. Default: the test fails. */
  readonly onError?: (error: unknown) => void
}

/** The whole engine on SQLite in memory, with windows in this process. */
export async function createEmbeddedEngine(options: EmbeddedOptions): Promise<EmbeddedEngine> {
  const { contract, clock, file = ':memory:', wrapDirectory = (directory) => directory } = options
  const { peppers = { current: randomBytes(32), previous: null } } = options
  const onFatal = (error: unknown): void => {
    throw error
  }
  const { onError = onFatal } = options
  const random = (byteCount: number): Uint8Array => randomBytes(byteCount)
  const sqlite = await openSqlite({ file, clock, random, onFatal })
  const windows = createMemoryWindows({ nowMs: () => clock.nowMs() })
  const engine = createEngine({
    contract,
    keyring: createKeyring(peppers),
    storage: sqlite.storage,
    directory: wrapDirectory(createSqliteDirectory(sqlite.database, compileFor(contract), { clock })),
    windows,
    activity: sqlite.activity,
    random,
    clock,
    signIn: { publicUrl: () => 'http://127.0.0.1:6468', mailer: null, openId: null },
    metrics: new Metrics(),
    usageArchive: sqlite.usageArchive,
    usageRetention: defaultUsageRetention,
    auditRetentionDays: options.auditRetentionDays ?? null,
    webhooks: { destinations: createDestinations([]), version: 'test', onDue: () => {} },
    onError,
  })
  const host = hostCaller(null, { requestId: 'test', ip: null })
  return { engine, windows, sqlite, host, close: () => sqlite.close() }
}
