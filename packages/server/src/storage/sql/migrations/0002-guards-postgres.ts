import { sql } from 'kysely'
import type { Kysely } from 'kysely'

const permitted = (change: string) =>
  `exists (select 1 from audit_permits where chain = OLD.chain and change = '${change}')`

const facts = (columns: readonly string[]) => columns.map((column) => `NEW.${column}`).join(', ')
const oldFacts = (columns: readonly string[]) => columns.map((column) => `OLD.${column}`).join(', ')
const anchors = ['chain', 'sequence', 'digest', 'payload_digest']
const said = ['id', 'at', 'action', 'target_type', 'target_id', 'project_id']

type Guard = {
  readonly name: string
  readonly on: string
  /** `update` guards return NEW, `delete` guards OLD, `truncate` guards refuse always. */
  readonly refuses: string
  readonly message: string
}

const guards: readonly Guard[] = [
  {
    name: 'api_keys_revoked_is_final',
    on: 'update on api_keys for each row',
    refuses: 'OLD.revoked_at is not null and NEW.revoked_at is distinct from OLD.revoked_at',
    message: 'a revoked key stays revoked',
  },
  {
    name: 'api_key_secrets_end_is_final',
    on: 'update on api_key_secrets for each row',
    refuses: 'OLD.ends_at is not null and (NEW.ends_at is null or NEW.ends_at > OLD.ends_at)',
    message: 'the end of a secret never moves later',
  },
  {
    name: 'audit_events_are_kept',
    on: 'delete on audit_events for each row',
    refuses: `not ${permitted('delete')}`,
    message: 'audit events are append-only',
  },
  {
    name: 'audit_events_are_unchanged',
    on: 'update on audit_events for each row',
    refuses: `(${facts(anchors)}) is distinct from (${oldFacts(anchors)}) or not (
      (${permitted('erase')} and num_nonnulls(NEW.payload, NEW.salt, NEW.actor_type, NEW.actor_id, ${facts(said)}) = 0) or
      (${permitted('rewrite')} and OLD.payload is not null and NEW.payload is not null
        and (${facts(said)}) is not distinct from (${oldFacts(said)})))`,
    message: 'audit events are append-only',
  },
  {
    name: 'audit_events_are_not_truncated',
    on: 'truncate on audit_events for each statement',
    refuses: 'true',
    message: 'audit events are append-only',
  },
  {
    name: 'audit_heads_are_kept',
    on: 'delete on audit_heads for each row',
    refuses: `not ${permitted('delete')}`,
    message: 'audit heads are kept',
  },
  {
    name: 'audit_heads_are_not_truncated',
    on: 'truncate on audit_heads for each statement',
    refuses: 'true',
    message: 'audit heads are kept',
  },
  {
    name: 'audit_heads_move_forward',
    on: 'update on audit_heads for each row',
    refuses: 'NEW.chain <> OLD.chain or NEW.sequence <> OLD.sequence + 1',
    message: 'audit heads only move forward',
  },
]

/** The same guards as on SQLite, and against TRUNCATE, which fires no row triggers. */
export async function createPostgresGuards(db: Kysely<unknown>): Promise<void> {
  for (const { name, on, refuses, message } of guards) {
    const row = on.startsWith('delete') ? 'OLD' : 'NEW'
    await sql
      .raw(
        `create function ${name}() returns trigger language plpgsql as $guard$ begin
          if ${refuses} then raise exception '${message}' using errcode = 'integrity_constraint_violation'; end if;
          return ${on.startsWith('truncate') ? 'null' : row};
        end $guard$`,
      )
      .execute(db)
    await sql.raw(`create trigger ${name} before ${on} execute function ${name}()`).execute(db)
  }
}
