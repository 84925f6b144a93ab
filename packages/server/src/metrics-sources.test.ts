import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtInContract, parseChosenId } from '@mintmark/core'
import { memoryDataDir, openMintmark, type OpenMintmark } from './create-mintmark.ts'
import { hostCaller } from './engine/caller.ts'
import { writeMetrics } from './http/metrics/write-metrics.ts'
import { metricOf } from './testing/metrics-text.ts'
import { startRedis } from './testing/redis-server.ts'
import { describeWithPostgresAndRedis, testDatabaseUrl } from './testing/servers.ts'

const log = { write: () => {} }
const operator = hostCaller(null, { requestId: 'test', ip: null })

async function mint({ engine }: OpenMintmark): Promise<string> {
  const organizationId = parseChosenId('org', 'acme')
  if (organizationId === null) throw new Error('acme is no id')
  await engine.organizations.create(operator, { id: 'acme', name: 'Acme' }, null)
  const caller = { ...operator, organizationId }
  const minted = await engine.keys.mint(caller, { name: 'k', owner: 'organization', role: 'admin' }, null)
  return minted.value.key ?? ''
}

describe('metrics of one process', () => {
  test('are there from its first moment, whatever has happened', async () => {
    const mintmark = await openMintmark({ contract: builtInContract, dataDir: memoryDataDir, log })
    const text = await writeMetrics(mintmark.metrics)
    for (const name of [
      'mintmark_verifications_total{verdict="accepted",reason="none"}',
      'mintmark_verifications_total{verdict="undecided",reason="unavailable"}',
      'mintmark_verification_duration_seconds_count',
      'mintmark_store_errors_total{store="database"}',
      'mintmark_store_errors_total{store="windows"}',
      'mintmark_store_errors_total{store="journal"}',
      'mintmark_lookup_batch_digests_count',
      'mintmark_spend_batch_windows_count',
      'mintmark_limiter_degraded',
      'mintmark_journal_missing',
      'mintmark_usage_dropped_total',
      'mintmark_outbox_events',
      'mintmark_outbox_oldest_age_seconds',
      'mintmark_webhook_deliveries_pending',
    ]) {
      expect(metricOf(text, name), name).toBe(0)
    }
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']) {
      expect(metricOf(text, name), name).toBeGreaterThan(0)
    }
    await mintmark.close()
  })

  test('tell how late the event loop is', async () => {
    const mintmark = await openMintmark({ contract: builtInContract, dataDir: memoryDataDir, log })
    const blockedUntil = performance.now() + 300
    while (performance.now() < blockedUntil);
    await expect
      .poll(async () =>
        metricOf(await writeMetrics(mintmark.metrics), 'nodejs_eventloop_delay_seconds{quantile="0.999"}'),
      )
      .toBeGreaterThan(0.1)
    await mintmark.close()
  })
})

describeWithPostgresAndRedis('metrics of a cluster', () => {
  test('tell of batches, and of a Redis that is gone', async () => {
    const redis = await startRedis()
    const options = { contract: builtInContract, dataDir: memoryDataDir, log, redisUrl: redis.url }
    const mintmark = await openMintmark({ ...options, databaseUrl: await testDatabaseUrl() })
    const verify = async (): Promise<boolean> => (await mintmark.engine.verify({ key })).valid
    const read = async (name: string): Promise<number> => metricOf(await writeMetrics(mintmark.metrics), name)
    const key = await mint(mintmark)
    await Promise.all(Array.from({ length: 40 }, verify))
    expect(await read('mintmark_lookup_batch_digests_sum')).toBeGreaterThanOrEqual(1)
    expect(await read('mintmark_lookup_batch_digests_bucket{le="32"}')).toBe(
      await read('mintmark_lookup_batch_digests_count'),
    )
    // Probes, and the node's own attendance, are spent too.
    const spent = await read('mintmark_spend_batch_windows_sum')
    expect(spent).toBeGreaterThanOrEqual(40)
    expect(await read('mintmark_spend_batch_windows_count')).toBeLessThan(spent)
    expect(await read('mintmark_limiter_degraded')).toBe(0)
    await redis.kill()
    expect(await verify()).toBe(true)
    expect(await read('mintmark_limiter_degraded')).toBe(1)
    expect(await read('mintmark_store_errors_total{store="windows"}')).toBeGreaterThanOrEqual(1)
    await redis.start()
    await expect
      .poll(
        async () => {
          await verify()
          return read('mintmark_limiter_degraded')
        },
        { timeout: 15_000 },
      )
      .toBe(0)
    await mintmark.close()
    await redis.remove()
  })

  test('tell of nodes that were given different Redis servers', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-nodes-'))
    const pepperFile = join(directory, 'pepper')
    const redis = await startRedis()
    const databaseUrl = await testDatabaseUrl()
    const options = { contract: builtInContract, dataDir: memoryDataDir, log, databaseUrl, pepperFile }
    const one = await openMintmark({ ...options, redisUrl: redis.url })
    const other = await openMintmark({ ...options, redisUrl: `${redis.url}/1` })
    for (const { metrics } of [one, other]) {
      await expect
        .poll(async () => metricOf(await writeMetrics(metrics), 'mintmark_limiter_degraded'), { timeout: 60_000 })
        .toBe(1)
    }
    await other.close()
    await expect
      .poll(async () => metricOf(await writeMetrics(one.metrics), 'mintmark_limiter_degraded'), { timeout: 60_000 })
      .toBe(0)
    await one.close()
    await redis.remove()
    rmSync(directory, { recursive: true })
  }, 120_000)
})
