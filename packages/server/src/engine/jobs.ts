import { createAuditRetentionJob } from './jobs/audit-retention.ts'
import { createExpiryJob } from './jobs/expiry.ts'
import type { Job } from './jobs/job.ts'
import { createPurgeJobs } from './jobs/purge.ts'
import { createUsageJobs } from './jobs/usage-jobs.ts'
import { createWebhookJobs } from './jobs/webhook-jobs.ts'
import type { Keyring } from './keyring.ts'
import type { Random } from './ports/clock.ts'
import type { Storage } from './ports/storage.ts'
import type { UsageArchive } from './ports/usage.ts'
import type { Mutate } from './unit-of-work.ts'
import type { UsageRetention } from './usage/usage-retention.ts'

/** All that is done again and again, by one node at a time. */
export function createJobs(parts: {
  readonly storage: Storage
  readonly usageArchive: UsageArchive
  readonly retention: UsageRetention
  /** For how long audit events are kept; null: for ever. */
  readonly auditRetentionDays: number | null
  readonly mutate: Mutate
  readonly keyring: Keyring
  readonly random: Random
}): readonly Job[] {
  const { storage, mutate, auditRetentionDays: keptDays } = parts
  return [
    ...createUsageJobs(parts),
    createExpiryJob({ storage, mutate }),
    ...createPurgeJobs(storage),
    ...createWebhookJobs(parts),
    ...(keptDays === null ? [] : [createAuditRetentionJob({ storage, mutate, keptDays })]),
  ]
}
