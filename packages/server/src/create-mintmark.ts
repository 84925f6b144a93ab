import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { builtInContract, parseContract, type Contract } from '@mintmark/core'
import { ConfigError, type MailSettings } from './config.ts'
import { openDataDir } from './data-dir.ts'
import { compileFor, createEngine, type Engine } from './engine/engine.ts'
import { createJobRunner, type JobRunner } from './jobs/job-runner.ts'
import { defaultUsageRetention } from './engine/usage/usage-retention.ts'
import { Metrics } from './engine/metrics.ts'
import { noJournal } from './engine/ports/journal.ts'
import { createApp } from './http/app.ts'
import { createClientAddress } from './http/client-address.ts'
import { createLog, type Log } from './http/log.ts'
import type { MetricsSources } from './http/metrics/write-metrics.ts'
import { createRequestIds } from './http/request-id.ts'
import { originForm } from './http/request-target.ts'
import { transportSecurity } from './http/transport-security.ts'
import { createVerifyLane } from './http/verify-lane.ts'
import { guardStores } from './guarded-stores.ts'
import type { HostParts } from './host-commands.ts'
import { JournalGuard } from './journal-guard.ts'
import { createLogSink } from './log-sink.ts'
import { createMetricsSources } from './metrics-sources.ts'
import { createNonce, loadDashboard } from './load-dashboard.ts'
import { loadGraphql } from './load-graphql.ts'
import { openKeyring } from './open-keyring.ts'
import { openSignIn } from './open-sign-in.ts'
import { openStores, type OpenStores, type StoreSettings } from './open-stores.ts'
import type { OpenIdSettings } from './storage/better-auth/open-id.ts'
import { openWebhooks } from './outgoing/open-webhooks.ts'
import type { WebhookWorker } from './outgoing/webhook-worker.ts'
import type { Clock } from './engine/ports/clock.ts'
import { createRollCall, type RollCall } from './roll-call.ts'
import { createClock, createRandom } from './system.ts'
import type { Tracing } from './tracing.ts'
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
  /** Where revocations and deletions are kept outside the database. Default: `revocations` in the data dir. */
  readonly journalFile?: string
  readonly whenLimiterUnavailable?: 'local' | 'refuse'
  /** CIDRs whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
  /** For how long usage is kept by day: 1 to 3660 days. Default: 400. */
  readonly usageRetentionDays?: number
  /** For how long audit events are kept: 1 to 3660 days, or null: for ever. Default: null. */
  readonly auditRetentionDays?: number | null
  /** CIDRs that webhooks may reach although they are private: for development. */
  readonly webhookAllowNetworks?: readonly string[]
  /** Origins of pages that may call `/v1/*`, such as `https://app.example.com`. Default: none. */
  readonly allowedOrigins?: readonly string[]
  /** Where traces are sent, by OTLP over HTTP: `http://collector:4318/v1/traces`. Default: nowhere. */
  readonly tracesUrl?: string | null
  /** What links say. */
  readonly publicUrl?: string
  /** How invitations and links to new passwords are mailed. Default: not at all. */
  readonly mail?: MailSettings | null
  /** Who else may say who somebody is. */
  readonly openId?: readonly OpenIdSettings[]
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
/** For how long usage is tried to be written at the end, and how often. */
const lastWriteMs = 2_000
const lastWritePauseMs = 200
/** Enough that no two nodes are named alike. */
const holderBytes = 16
export const memoryDataDir = ':memory:'

/**
 * Mintmark in this process. Throws `ConfigError` for options that cannot be served, `DatabaseInUse` when the database
 * belongs to another process, `StoreUnavailable` when it does not answer.
 */
export async function createMintmark(options: MintmarkOptions = {}): Promise<Mintmark> {
  return openMintmark({ ...options, contract: contractOf(options.contract) })
}

/** With what is the host's alone. */
export type OpenMintmark = Mintmark & {
  readonly log: Log
  readonly host: HostParts
  readonly metrics: MetricsSources
  /** What links say, until it is said otherwise. */
  readonly links: { publicUrl: string }
}

/** The same with a contract that has been parsed already, and with its log. */
export async function openMintmark(options: MintmarkOptions & { readonly contract: Contract }): Promise<OpenMintmark> {
  const { contract } = options
  const log = createLog(options.log ?? createLogSink())
  const clock = createClock()
  const random = createRandom()
  const place = placeOf(options)
  // Empty while nothing is answered yet.
  const peppers = new Set<string>()
  const hasPepper = (version: string): boolean => peppers.size === 0 || peppers.has(version)
  const onError = (error: unknown): void => log.failure(null, error)
  const onFatal = options.onFatal ?? exitOnFatal(log)
  const metrics = new Metrics()
  const guard = createGuard(place.journalFile, { clock, log, onFatal, onError })
  const compile = compileFor(contract)
  const journal = guard?.journal ?? noJournal
  const storeParts = { clock, random, log, journal, metrics, compile, hasPepper, onFatal }
  const opened = await openStores(settingsOf(options, place.sqliteFile), storeParts)
  const tracing = await createTracing(options.tracesUrl ?? null, log)
  const guarded = guard === null ? opened : guardStores(opened, guard)
  const stores = tracing?.stores(guarded) ?? guarded
  try {
    const { storage, activity, usageArchive, directory, windows, installation, presence } = stores
    const files = { current: place.pepperFile, previous: options.previousPepperFile ?? null }
    const keyring = await openKeyring(storage, files, random, {
      announce: (versions) => versions.forEach((version) => peppers.add(version)),
      warn: (message) => log.warning(message),
    })
    const links = { publicUrl: publicUrlOf(options) }
    const usageRetention = { days: options.usageRetentionDays ?? defaultUsageRetention.days }
    const { destinations, worker } = openWebhooks(options.webhookAllowNetworks ?? [], onError)
    const engine = createEngine({
      contract,
      keyring,
      storage,
      activity,
      directory,
      windows,
      random,
      clock,
      metrics,
      signIn: await openSignIn(options, () => links.publicUrl),
      usageArchive,
      usageRetention,
      auditRetentionDays: options.auditRetentionDays ?? null,
      webhooks: { destinations, version, onDue: () => worker.wake() },
      onError,
    })
    const holder = Buffer.from(random(holderBytes)).toString('hex')
    const rollCall = createRollCall(stores, holder, { metrics, log })
    const jobs = createJobRunner({ storage, jobs: [...engine.jobs, ...(rollCall?.jobs ?? [])], holder, onError })
    await guard?.start({ storage, installation, presence, ...engine.restore })
    const sources = createMetricsSources(engine, stores, () => guard?.isOpen ?? true)
    const handler = await createHandler({ engine, stores, sources, log, tracing }, options)
    rollCall?.start()
    jobs.start()
    worker.start(engine.dispatcher)
    const host = { guard, backUp: stores.backUp }
    const close = createClose({ engine, jobs, worker, rollCall, stores, log })
    return { engine, handler, log, host, links, metrics: sources, close }
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

type Place = {
  readonly sqliteFile: string
  readonly pepperFile: string | null
  readonly journalFile: string | null
}

function placeOf(options: MintmarkOptions): Place {
  const { dataDir = './mintmark-data', pepperFile = null, journalFile = null } = options
  if (dataDir === memoryDataDir) return { sqliteFile: ':memory:', pepperFile, journalFile }
  const directory = resolve(dataDir)
  openDataDir(directory)
  return {
    sqliteFile: join(directory, 'mintmark.db'),
    pepperFile: pepperFile ?? join(directory, 'pepper'),
    journalFile: journalFile ?? join(directory, 'revocations'),
  }
}

function settingsOf(options: MintmarkOptions & { readonly contract: Contract }, sqliteFile: string): StoreSettings {
  return {
    contract: options.contract,
    databaseUrl: options.databaseUrl ?? null,
    redisUrl: options.redisUrl ?? null,
    sqliteFile,
    whenLimiterUnavailable: options.whenLimiterUnavailable ?? 'local',
  }
}

/** Loaded by who needs it: it takes a quarter of a second. */
async function createTracing(url: string | null, log: Log): Promise<Tracing | null> {
  if (url === null) return null
  const { openTracing } = await import('./open-tracing.ts')
  return openTracing({ url, version, onWarning: (message) => log.warning(message) })
}

function publicUrlOf({ publicUrl = 'http://127.0.0.1:6468' }: MintmarkOptions): string {
  return publicUrl
}

function createGuard(
  path: string | null,
  parts: {
    readonly clock: Clock
    readonly log: Log
    readonly onFatal: (error: unknown) => void
    readonly onError: (error: unknown) => void
  },
): JournalGuard | null {
  if (path === null) return null
  const { clock, log, onFatal, onError } = parts
  const onWarning = (message: string): void => log.warning(message)
  return new JournalGuard({ path, nowMs: () => clock.nowMs(), onFatal, onError, onWarning })
}

type HandlerParts = {
  readonly engine: Engine
  readonly stores: OpenStores
  readonly sources: MetricsSources
  readonly log: Log
  readonly tracing: Tracing | null
}

async function createHandler(parts: HandlerParts, options: MintmarkOptions): Promise<Mintmark['handler']> {
  const { engine, stores, log, tracing } = parts
  const { contract } = engine
  const clientAddress = createClientAddress(options.trustedProxies ?? [])
  const createRequestId = tracing?.requestIds(createRequestIds()) ?? createRequestIds()
  const publicUrl = publicUrlOf(options)
  const always = transportSecurity(publicUrl)
  const lane = createVerifyLane({ engine, contract, clientAddress, createRequestId, always, log })
  const app = await createApp({
    engine,
    contract,
    clientAddress,
    createRequestId,
    log,
    version,
    health: { check: () => stores.readiness() },
    metrics: parts.sources,
    graphql: loadGraphql(engine),
    dashboard: await loadDashboard(contract, log),
    createNonce,
    allowedOrigins: options.allowedOrigins ?? [],
    publicUrl,
    ...(tracing !== null && { onRoute: (request, route) => tracing.route(request, route) }),
  })
  const answer: Mintmark['handler'] = (request, response) => {
    request.url = originForm(request.url ?? '/')
    if (!lane(request, response)) app.routing(request, response)
  }
  return tracing === null
    ? answer
    : (request, response) => tracing.serve(request, response, () => answer(request, response))
}

function createClose(parts: {
  readonly engine: Engine
  readonly jobs: JobRunner
  readonly worker: WebhookWorker
  readonly rollCall: RollCall | null
  readonly stores: OpenStores
  readonly log: Log
}): () => Promise<void> {
  const { engine, jobs, worker, rollCall, stores, log } = parts
  const timer = setInterval(() => void engine.usage.flush(), flushIntervalMs)
  timer.unref()
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    clearInterval(timer)
    await Promise.all([jobs.stop(), worker.stop()])
    await writeUsage(engine.usage, log)
    await rollCall?.leave()
    await stores.close()
  }
  return () => (closing ??= close())
}

/** A storage that is back in a moment takes it; what it does not take is lost, and said. */
async function writeUsage(usage: Engine['usage'], log: Log): Promise<void> {
  const endMs = performance.now() + lastWriteMs
  await usage.flush()
  while (usage.waiting() > 0 && performance.now() < endMs) {
    await sleep(lastWritePauseMs)
    await usage.flush()
  }
  if (usage.waiting() > 0) log.warning('Usage could not be written, and is lost', { requests: usage.waiting() })
}

/** What the disk holds is known only to the next start. */
function exitOnFatal(log: Log): (error: unknown) => void {
  return (error) => {
    log.failure(null, error)
    process.exit(exitIoError)
  }
}
