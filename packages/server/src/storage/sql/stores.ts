import type { Stores } from '../../engine/ports/storage.ts'
import { SqlAuditStore } from './audit.ts'
import { SqlIdempotencyStore } from './idempotency.ts'
import { SqlInvitationStore } from './invitations.ts'
import { SqlKeyStore } from './keys.ts'
import { SqlMemberStore } from './members.ts'
import { SqlMintLogStore } from './mint-log.ts'
import { SqlOrganizationStore } from './organizations.ts'
import { SqlPepperStore } from './peppers.ts'
import { SqlProjectStore } from './projects.ts'
import { SqlSessionStore } from './sessions.ts'
import type { Unit } from './unit.ts'

export function storesOf(unit: Unit): Stores {
  return {
    audit: new SqlAuditStore(unit),
    idempotency: new SqlIdempotencyStore(unit),
    invitations: new SqlInvitationStore(unit),
    keys: new SqlKeyStore(unit),
    members: new SqlMemberStore(unit),
    mintLog: new SqlMintLogStore(unit),
    organizations: new SqlOrganizationStore(unit),
    peppers: new SqlPepperStore(unit),
    projects: new SqlProjectStore(unit),
    sessions: new SqlSessionStore(unit),
    nowMs: async () => unit.nowMs(),
    mustFit: () => unit.mustFit(),
  }
}
