import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { builtInContract, parseContract, type Contract } from '@mintmark/core'
import { ConfigError } from './config.ts'
import { openDataDir } from './data-dir.ts'
import { compileFor, createEngine, type Engine } from './engine/engine.ts'
import { createApp } from './http/app.ts'
import { createClientAddress } from './http/client-address.ts'
import { createLog, type Log } from './http/log.ts'
import { createRequestIds } from './http/request-id.ts'
import { originForm } from './http/request-target.ts'
import { createVerifyLane } from './http/verify-lane.ts'
import { createLogSink } from './log-sink.ts'
import { openKeyring } from './open-keyring.ts'
import { openStores, type OpenStores } from './open-stores.ts'
import { createClock, createRandom } from './system.ts'
import { version } from './version.ts'

/** Everything has a default: `createMintmark()` is one process on SQLite in `./mintmark-data`. */
export type MintmarkOptions = {
  /** SQLite file and pepper; made 0700. `:memory:` keeps nothing: for tests. */
  readonly dataDir?: string
  /** `postgres://…`: cluster mode. */
  readonly databaseUrl?: string | null
  readonly redisUrl?: string | null
  /** As it stands in a contract file. Default: the built-in one. */
  readonly contract?: unknown
  readonly pepperFile?: string
  readonly previousPepperFile?: string | null
  readonly whenLimiterUnavailable?: 'local' | 'refuse'
  /** CIDRs whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
  /** What links say. */
  readonly publicUrl?: string
  /** Where JSON log lines go. Default: standard error. */
  readonly log?: { write(line: string): unknown }
  /** After an I/O error of the storage: must end the process. Default: `process.exit(74)`. */
  readonly onFatal?: (error: unknown) => void
}

export type Mintmark = {
  readonly engine: Engine
  /** The HTTP interface, to mount on any Node server. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** Writes what is only in memory and lets go of everything. Stop sending requests before. */
  close(): Promise<void>
}

/** EX_IOERR of sysexits.h. */
const exitIoError = 74
/**
 * `lastUsedAt` and usage are at most 5 s behind; this leaves room for a slow write. A flush costs the same for one use
 * of a key as for a thousand: with one a second it was 7 % of a busy server's CPU.
 */
const flushIntervalMs = 3_000
export const memoryDataDir = ':memory:'

/**
 * Mintmark in this process. Throws `ConfigError` for options that cannot be served, `DatabaseInUse` when the database
 * belongs to another process, `StoreUnavailable` when it does not answer.
 */
export async function createMintmark(options: MintmarkOptions = {}): Promise<Mintmark> {
  return openMintmark({ ...options, contract: contractOf(options.contract) })
}

/** The same with a contract that has been parsed already, and with its log. */
export async function openMintmark(
  options: MintmarkOptions & { readonly contract: Contract },
): Promise<Mintmark & { readonly log: Log }> {
  const { contract } = options
  const log = createLog(options.log ?? createLogSink())
  const clock = createClock()
  const random = createRandom()
  const place = placeOf(options)
  // Empty while nothing is answered yet.
  const peppers = new Set<string>()
  const hasPepper = (version: string): boolean => peppers.size === 0 || peppers.has(version)
  const stores = await openStores(
    {
      contract,
      databaseUrl: options.databaseUrl ?? null,
      redisUrl: options.redisUrl ?? null,
      sqliteFile: place.sqliteFile,
      whenLimiterUnavailable: options.whenLimiterUnavailable ?? 'local',
    },
    { clock, random, log, compile: compileFor(contract), hasPepper, onFatal: options.onFatal ?? exitOnFatal(log) },
  )
  try {
    const { storage, activity, directory, windows } = stores
    const files = { current: place.pepperFile, previous: options.previousPepperFile ?? null }
    const keyring = await openKeyring(storage, files, random, (versions) => {
      for (const version of versions) peppers.add(version)
    })
    const onError = (error: unknown): void => log.failure(null, error)
    const engine = createEngine({ contract, keyring, storage, activity, directory, windows, random, onError })
    const handler = await createHandler(engine, stores, log, options)
    return { engine, handler, log, close: createClose(engine, stores) }
  } catch (error) {
    await stores.close()
    throw error
  }
}

function contractOf(json: unknown): Contract {
  if (json === undefined) return builtInContract
  const parsed = parseContract(json)
  if (parsed.contract !== null) return parsed.contract
  throw new ConfigError(parsed.mistakes.map((mistake) => `contract: ${mistake.path}: ${mistake.message}`))
}

function placeOf(options: MintmarkOptions): { readonly sqliteFile: string; readonly pepperFile: string | null } {
  const { dataDir = './mintmark-data', pepperFile } = options
  if (dataDir === memoryDataDir) return { sqliteFile: ':memory:', pepperFile: pepperFile ?? null }
  const directory = resolve(dataDir)
  openDataDir(directory)
  return { sqliteFile: join(directory, 'mintmark.db'), pepperFile: pepperFile ?? join(directory, 'pepper') }
}

async function createHandler(
  engine: Engine,
  stores: OpenStores,
  log: Log,
  options: MintmarkOptions,
): Promise<Mintmark['handler']> {
  const { contract } = engine
  const clientAddress = createClientAddress(options.trustedProxies ?? [])
  const createRequestId = createRequestIds()
  const lane = createVerifyLane({ engine, contract, clientAddress, createRequestId, log })
  const app = await createApp({
    engine,
    contract,
    clientAddress,
    createRequestId,
    log,
    version,
    health: { check: () => stores.readiness() },
    publicUrl: options.publicUrl ?? 'http://127.0.0.1:6468',
  })
  return (request, response) => {
    request.url = originForm(request.url ?? '/')
    if (!lane(request, response)) app.routing(request, response)
  }
}

function createClose(engine: Engine, stores: OpenStores): () => Promise<void> {
  const timer = setInterval(() => void engine.usage.flush(), flushIntervalMs)
  timer.unref()
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    clearInterval(timer)
    await engine.usage.flush()
    await stores.close()
  }
  return () => (closing ??= close())
}

/** What the disk holds is known only to the next start. */
function exitOnFatal(log: Log): (error: unknown) => void {
  return (error) => {
    log.failure(null, error)
    process.exit(exitIoError)
  }
}
