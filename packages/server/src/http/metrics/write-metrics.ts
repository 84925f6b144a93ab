import type { Metrics } from '../../engine/metrics.ts'
import type { Backlog } from '../../engine/ports/outbox.ts'
import { Exposition } from './exposition.ts'

/** What is asked when somebody reads the metrics. */
export type MetricsSources = {
  readonly metrics: Metrics
  readonly version: string
  usageDropped(): number
  /** False while each node keeps windows by itself, or refuses. */
  isLimiterExact(): boolean
  /** False while it is not known whether the database has all that ended. */
  isJournalWhole(): boolean
  /** Null: the storage does not answer, or not soon. */
  backlog(): Promise<Backlog | null>
  eventLoopDelay(): EventLoopDelay
}

/** Seconds, since the process began. */
export type EventLoopDelay = {
  readonly quantiles: readonly (readonly [quantile: number, seconds: number])[]
  readonly sum: number
  readonly count: number
}

export async function writeMetrics(sources: MetricsSources): Promise<string> {
  const text = new Exposition()
  const backlog = await sources.backlog()
  writeVerifications(text, sources.metrics)
  writeStores(text, sources)
  if (backlog !== null) writeBacklog(text, backlog)
  writeProcess(text, sources)
  return text.toString()
}

function writeVerifications(text: Exposition, metrics: Metrics): void {
  const refused = metrics.refusals().map(([reason, count]) => [{ verdict: 'refused', reason }, count] as const)
  text.counter('mintmark_verifications_total', 'Credentials that were judged, by verdict and reason.', [
    [{ verdict: 'accepted', reason: 'none' }, metrics.accepted],
    ...refused,
    [{ verdict: 'undecided', reason: 'unavailable' }, metrics.undecided],
  ])
  text.histogram(
    'mintmark_verification_duration_seconds',
    'From the headers of a verification to its answer.',
    metrics.verificationSeconds,
  )
}

function writeStores(text: Exposition, sources: MetricsSources): void {
  const { metrics } = sources
  const { database, windows, journal } = metrics.storeErrors
  text.counter('mintmark_store_errors_total', 'Requests that a store could not answer, and spends that fell back.', [
    [{ store: 'database' }, database],
    [{ store: 'windows' }, windows],
    [{ store: 'journal' }, journal],
  ])
  text.histogram(
    'mintmark_lookup_batch_digests',
    'Digests that were looked up in one statement of PostgreSQL.',
    metrics.lookupBatches,
  )
  text.histogram(
    'mintmark_spend_batch_windows',
    'Windows that were spent from in one call of Redis.',
    metrics.spendBatches,
  )
  text.gauge(
    'mintmark_limiter_degraded',
    '1 while limits are not shared by all nodes: Redis does not answer, or another node counts in another one.',
    sources.isLimiterExact() ? 0 : 1,
  )
  text.gauge(
    'mintmark_journal_missing',
    '1 while no key is answered for, because the database may have been restored without its journal.',
    sources.isJournalWhole() ? 0 : 1,
  )
  text.counter('mintmark_usage_dropped_total', 'Counts and last uses that were lost, because too many were waiting.', [
    [{}, sources.usageDropped()],
  ])
  text.counter(
    'mintmark_nodes_lost_total',
    'Nodes that ended without being drained, as this one noticed: up to 5 s of usage of each are lost.',
    [[{}, metrics.nodesLost]],
  )
}

function writeBacklog(text: Exposition, backlog: Backlog): void {
  text.gauge('mintmark_outbox_events', 'Events that are to be handed to webhooks.', backlog.events)
  text.gauge('mintmark_outbox_oldest_age_seconds', 'Age of the oldest of them.', backlog.oldestAgeMs / 1000)
  text.gauge(
    'mintmark_webhook_deliveries_pending',
    'Deliveries that are to be attempted, those of webhooks that fail among them.',
    backlog.deliveries,
  )
}

function writeProcess(text: Exposition, sources: MetricsSources): void {
  const delay = sources.eventLoopDelay()
  text.summary('nodejs_eventloop_delay_seconds', 'How late the event loop is, sampled.', {
    ...delay,
    quantiles: delay.quantiles.map(([quantile, seconds]) => [{ quantile: String(quantile) }, seconds] as const),
  })
  const cpu = process.cpuUsage()
  text.counter('process_cpu_seconds_total', 'CPU time of this process, user and system.', [
    [{}, (cpu.user + cpu.system) / 1e6],
  ])
  text.gauge('process_resident_memory_bytes', 'Resident memory of this process.', process.memoryUsage.rss())
  const startedAtMs = Date.now() - process.uptime() * 1000
  text.gauge('process_start_time_seconds', 'When this process began, seconds since 1970.', startedAtMs / 1000)
  const { version } = sources
  text.gauge('mintmark_build_info', 'Always 1; what runs is in the labels.', 1, { version, node: process.version })
}
