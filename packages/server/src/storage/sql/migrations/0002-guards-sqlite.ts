import { sql } from 'kysely'
import type { Kysely } from 'kysely'

const permitted = (change: string) =>
  `exists (select 1 from audit_permits where chain = OLD.chain and change = '${change}')`

const anchorsKept =
  'NEW.chain is OLD.chain and NEW.sequence is OLD.sequence and NEW.digest is OLD.digest and NEW.payload_digest is OLD.payload_digest'

const emptied = [
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
]
  .map((column) => `NEW.${column} is null`)
  .join(' and ')

const factsKept = ['id', 'at', 'action', 'target_type', 'target_id', 'project_id']
  .map((column) => `NEW.${column} is OLD.${column}`)
  .join(' and ')

type Guard = { readonly name: string; readonly on: string; readonly when: string; readonly message: string }

const guards: readonly Guard[] = [
  {
    name: 'api_keys_revoked_is_final',
    on: 'update on api_keys',
    when: 'OLD.revoked_at is not null and NEW.revoked_at is not OLD.revoked_at',
    message: 'a revoked key stays revoked',
  },
  {
    name: 'api_key_secrets_end_is_final',
    on: 'update on api_key_secrets',
    when: 'OLD.ends_at is not null and (NEW.ends_at is null or NEW.ends_at > OLD.ends_at)',
    message: 'the end of a secret never moves later',
  },
  {
    name: 'audit_events_are_kept',
    on: 'delete on audit_events',
    when: `not ${permitted('delete')}`,
    message: 'audit events are append-only',
  },
  {
    name: 'audit_events_are_unchanged',
    on: 'update on audit_events',
    when: `not (${anchorsKept} and (
      (${permitted('erase')} and ${emptied}) or
      (${permitted('rewrite')} and OLD.payload is not null and NEW.payload is not null and ${factsKept})))`,
    message: 'audit events are append-only',
  },
  {
    name: 'audit_heads_are_kept',
    on: 'delete on audit_heads',
    when: `not ${permitted('delete')}`,
    message: 'audit heads are kept',
  },
  {
    name: 'audit_heads_move_forward',
    on: 'update on audit_heads',
    when: 'NEW.chain is not OLD.chain or NEW.sequence is not OLD.sequence + 1',
    message: 'audit heads only move forward',
  },
]

/** What no code of ours, and no statement by hand, may do. */
export async function createSqliteGuards(db: Kysely<unknown>): Promise<void> {
  for (const { name, on, when, message } of guards) {
    await sql
      .raw(`create trigger ${name} before ${on} for each row when ${when} begin select raise(abort, '${message}'); end`)
      .execute(db)
  }
}
