import type { Stores } from '../../engine/ports/storage.ts'
import { SqlAuditStore } from './audit.ts'
import { SqlDeliveryStore } from './deliveries.ts'
import { SqlDeviceSignInStore } from './device-sign-ins.ts'
import { SqlDispatchStore } from './dispatch.ts'
import { SqlExpiryNoticeStore } from './expiry-notices.ts'
import { SqlIdempotencyStore } from './idempotency.ts'
import { SqlIdentityStore } from './identity.ts'
import { SqlInvitationStore } from './invitations.ts'
import { SqlJournalStore } from './journals.ts'
import { SqlJobStore } from './jobs.ts'
import { SqlLinkStore } from './links.ts'
import { SqlKeyStore } from './keys.ts'
import { SqlMemberStore } from './members.ts'
import { SqlMintLogStore } from './mint-log.ts'
import { SqlNodeStore } from './nodes.ts'
import { SqlOrganizationStore } from './organizations.ts'
import { SqlOutboxStore } from './outbox.ts'
import { SqlPepperStore } from './peppers.ts'
import { SqlProjectStore } from './projects.ts'
import { SqlSecondFactorStore } from './second-factors.ts'
import { SqlSessionStore } from './sessions.ts'
import { SqlSignInStore } from './sign-ins.ts'
import { SqlSignInFailureStore } from './sign-in-failures.ts'
import { SqlWebhookStore } from './webhooks.ts'
import { SqlUsageStore } from './usage.ts'
import type { Unit } from './unit.ts'

export function storesOf(unit: Unit): Stores {
  return {
    audit: new SqlAuditStore(unit),
    deliveries: new SqlDeliveryStore(unit),
    deviceSignIns: new SqlDeviceSignInStore(unit),
    dispatch: new SqlDispatchStore(unit),
    expiryNotices: new SqlExpiryNoticeStore(unit),
    idempotency: new SqlIdempotencyStore(unit),
    identity: new SqlIdentityStore(unit),
    invitations: new SqlInvitationStore(unit),
    journals: new SqlJournalStore(unit),
    jobs: new SqlJobStore(unit),
    keys: new SqlKeyStore(unit),
    links: new SqlLinkStore(unit),
    members: new SqlMemberStore(unit),
    mintLog: new SqlMintLogStore(unit),
    nodes: new SqlNodeStore(unit),
    organizations: new SqlOrganizationStore(unit),
    outbox: new SqlOutboxStore(unit),
    peppers: new SqlPepperStore(unit),
    projects: new SqlProjectStore(unit),
    secondFactors: new SqlSecondFactorStore(unit),
    sessions: new SqlSessionStore(unit),
    signIns: new SqlSignInStore(unit),
    signInFailures: new SqlSignInFailureStore(unit),
    webhooks: new SqlWebhookStore(unit),
    usage: new SqlUsageStore(unit),
    nowMs: async () => unit.nowMs(),
    mustFit: () => unit.mustFit(),
  }
}
