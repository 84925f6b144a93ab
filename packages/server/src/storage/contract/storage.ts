import { afterAll, beforeAll, describe } from 'vitest'
import { describeActivity } from './storage-activity.ts'
import { describeAudit } from './storage-audit.ts'
import { describeAuditRetention } from './storage-audit-retention.ts'
import { describeAuditSearch } from './storage-audit-search.ts'
import { describeConcurrency } from './storage-concurrency.ts'
import { describeForeignRows } from './storage-foreign-rows.ts'
import { describeDispatch } from './storage-dispatch.ts'
import { describeErasure, describeGuards } from './storage-guards.ts'
import { describeIdempotency } from './storage-idempotency.ts'
import { describeImports } from './storage-imports.ts'
import { describeJobs } from './storage-jobs.ts'
import { describeKeys } from './storage-keys.ts'
import { describeLocks } from './storage-locks.ts'
import { describeMembers, describeOrganizations, describeProjects, describeSessions } from './storage-nouns.ts'
import { describeOutbox } from './storage-outbox.ts'
import { describePeppers } from './storage-peppers.ts'
import { describeInvitations, describeSearch } from './storage-people.ts'
import type { OpenedStorage } from './storage-samples.ts'
import { describeIdentity, describeSecondFactors } from './storage-sign-in-people.ts'
import { describeDeviceSignIns, describeLinks, describeSignIns } from './storage-sign-ins.ts'
import { describeUsage } from './storage-usage.ts'

export type { OpenedStorage } from './storage-samples.ts'

/** What every engine of the control plane must do. One database serves the suite; each test has its own organizations. */
export function describeStorage(name: string, open: () => Promise<OpenedStorage>): void {
  describe(`storage in ${name}`, () => {
    let opened: OpenedStorage | undefined
    const current = (): OpenedStorage => {
      if (opened === undefined) throw new Error('The storage under test is not open')
      return opened
    }

    beforeAll(async () => {
      opened = await open()
    })
    afterAll(async () => {
      await opened?.close()
    })

    describeOrganizations(current)
    describeProjects(current)
    describeMembers(current)
    describeSessions(current)
    describeInvitations(current)
    describeSearch(current)
    describeIdentity(current)
    describeSecondFactors(current)
    describeSignIns(current)
    describeLinks(current)
    describeDeviceSignIns(current)
    describePeppers(current)
    describeKeys(current)
    describeImports(current)
    describeIdempotency(current)
    describeActivity(current)
    describeUsage(current)
    describeJobs(current)
    describeAudit(current)
    describeAuditSearch(current)
    describeAuditRetention(current)
    describeOutbox(current)
    describeDispatch(current)
    describeGuards(current)
    describeErasure(current)
    describeConcurrency(current)
    describeLocks(current)
    describeForeignRows(current)
  })
}
