import type { Selectable } from 'kysely'
import type { AuditRecord } from '../../engine/ports/audit.ts'
import type { AuditEventTable } from './schema.ts'

export const recordColumns = [
  'sequence',
  'payload_digest',
  'digest',
  'payload',
  'salt',
  'id',
  'at',
  'action',
  'actor_type',
  'actor_id',
  'target_type',
  'target_id',
  'project_id',
] as const

export function toRecord(row: Pick<Selectable<AuditEventTable>, (typeof recordColumns)[number]>): AuditRecord {
  return {
    sequence: row.sequence,
    payloadDigest: row.payload_digest,
    digest: row.digest,
    payload: row.payload,
    salt: row.salt,
    columns: {
      id: row.id,
      atMs: row.at,
      action: row.action,
      actorType: row.actor_type,
      actorId: row.actor_id,
      targetType: row.target_type,
      targetId: row.target_id,
      projectId: row.project_id,
    },
  }
}
