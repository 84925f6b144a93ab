import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'

const toOrganization = 'references organizations (id) on delete cascade'
const toKey = 'references api_keys (number) on delete cascade'

/** Ids that mean something else to the storage: the operator's audit chain, and a unit of work without a tenant. */
const idsNobodyMayTake = "id not in ('installation', 'every-organization')"

export async function createTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createInstallation(db, types)
  await createOrganizations(db, types)
  await createKeys(db, types)
  await createActivity(db, types)
  await createAudit(db, types)
  await createIdempotency(db, types)
}

async function createInstallation(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'installation',
    columns: {
      id: ['integer', 'primary key check (id = 1)'],
      installation_id: ['text'],
      created_at: ['integer'],
      windows_saved: ['integer', 'default 0 check (windows_saved in (0, 1))'],
    },
  })
  await createTable(db, types, {
    name: 'peppers',
    columns: { version: ['text', 'primary key'], created_at: ['integer'] },
  })
}

async function createOrganizations(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'organizations',
    columns: {
      number: ['identity'],
      id: ['text', `unique check (${idsNobodyMayTake})`],
      name: ['text'],
      tier: ['text'],
      status: ['text', "check (status in ('active', 'suspended'))"],
      rate_limit: ['integer?'],
      rate_window_seconds: ['integer?'],
      created_at: ['integer'],
    },
    constraints: ['check ((rate_limit is null) = (rate_window_seconds is null))'],
  })
  await createTable(db, types, {
    name: 'projects',
    columns: {
      number: ['identity'],
      organization_id: ['text', toOrganization],
      id: ['text'],
      name: ['text'],
      created_at: ['integer'],
      archived_at: ['integer?'],
    },
    constraints: ['unique (organization_id, id)'],
  })
  await createTable(db, types, {
    name: 'members',
    columns: {
      number: ['identity'],
      organization_id: ['text', toOrganization],
      user_id: ['text'],
      role: ['text'],
      status: ['text', "check (status in ('active', 'suspended'))"],
      email: ['text?'],
      name: ['text?'],
      created_at: ['integer'],
      last_seen_at: ['integer?'],
    },
    constraints: ['unique (organization_id, user_id)'],
  })
  await createTable(db, types, {
    name: 'sessions',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      digest: ['bytes', 'unique'],
      pepper_version: ['text'],
      organization_id: ['text'],
      user_id: ['text'],
      created_at: ['integer'],
      expires_at: ['integer'],
    },
    constraints: [
      'foreign key (organization_id, user_id) references members (organization_id, user_id) on delete cascade',
    ],
  })
}

async function createKeys(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'api_keys',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      organization_id: ['text?', toOrganization],
      name: ['text'],
      environment: ['text', "check (environment in ('live', 'test'))"],
      scope: ['text', "check (scope in ('installation', 'organization', 'project'))"],
      // No foreign key: a deleted project's keys stay, revoked.
      project_id: ['text?'],
      permissions: ['text?'],
      // No foreign key: a removed member's keys may stay, revoked.
      owner_user_id: ['text?'],
      role: ['text?'],
      created_at: ['integer'],
      created_by_user_id: ['text?'],
      expires_at: ['integer?'],
      revoked_at: ['integer?'],
      revoked_by_type: ['text?'],
      revoked_by_id: ['text?'],
      revoked_reason: ['text?'],
      revoked_comment: ['text?'],
      rate_limit: ['integer?'],
      rate_window_seconds: ['integer?'],
      ip_allowlist: ['text?'],
      metadata: ['text'],
    },
    constraints: [
      "check ((scope = 'installation') = (organization_id is null))",
      "check ((scope = 'project') = (project_id is not null))",
      'check (owner_user_id is null or role is null)',
      'check ((rate_limit is null) = (rate_window_seconds is null))',
      'check ((revoked_at is null) = (revoked_reason is null))',
    ],
  })
  await createTable(db, types, {
    name: 'api_key_secrets',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      key_number: ['integer', toKey],
      digest: ['bytes', 'unique'],
      pepper_version: ['text'],
      prefix: ['text'],
      created_at: ['integer'],
      ends_at: ['integer?'],
      awaits_first_use: ['integer', 'check (awaits_first_use in (0, 1))'],
      first_used_at: ['integer?'],
    },
  })
}

async function createActivity(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'key_activity',
    columns: {
      secret_number: ['integer', 'primary key references api_key_secrets (number) on delete cascade'],
      key_number: ['integer', toKey],
      last_used_at: ['integer'],
      last_used_ip: ['text?'],
    },
  })
  await createTable(db, types, {
    name: 'key_usage',
    columns: { key_number: ['integer', toKey], minute: ['integer'], outcome: ['text'], count: ['integer'] },
    constraints: ['primary key (key_number, minute, outcome)'],
  })
  await createTable(db, types, {
    name: 'mint_log',
    columns: {
      number: ['identity'],
      organization_id: ['text', toOrganization],
      user_id: ['text'],
      at: ['integer'],
    },
  })
  await createTable(db, types, {
    name: 'saved_windows',
    columns: { key_id: ['text', 'primary key references api_keys (id) on delete cascade'], bytes: ['bytes'] },
  })
}

async function createAudit(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'audit_heads',
    columns: { chain: ['text', 'primary key'], sequence: ['integer'], digest: ['text'] },
  })
  await createTable(db, types, {
    name: 'audit_events',
    columns: {
      chain: ['text'],
      sequence: ['integer'],
      payload_digest: ['text'],
      digest: ['text'],
      payload: ['text?'],
      salt: ['bytes?'],
      id: ['text?', 'unique'],
      at: ['integer?'],
      action: ['text?'],
      actor_type: ['text?'],
      actor_id: ['text?'],
      target_type: ['text?'],
      target_id: ['text?'],
      project_id: ['text?'],
    },
    constraints: ['primary key (chain, sequence)', 'check ((payload is null) = (salt is null))'],
  })
  // Rows live only inside a transaction: they declare what the triggers on audit_events let it do.
  await createTable(db, types, {
    name: 'audit_permits',
    columns: { chain: ['text'], change: ['text', "check (change in ('erase', 'rewrite', 'delete'))"] },
  })
}

async function createIdempotency(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'idempotency',
    columns: {
      principal: ['text'],
      key_hmac: ['text'],
      fingerprint: ['text'],
      at: ['integer'],
      status: ['integer?'],
      resource_id: ['text?'],
      erased: ['integer', 'check (erased in (0, 1))'],
    },
    constraints: ['primary key (principal, key_hmac)'],
  })
}

const indexes = [
  'projects_list on projects (organization_id, number)',
  'members_list on members (organization_id, number)',
  'sessions_member on sessions (organization_id, user_id)',
  'sessions_expiry on sessions (expires_at)',
  'api_keys_list on api_keys (organization_id, number)',
  'api_keys_owner on api_keys (organization_id, owner_user_id, number) where owner_user_id is not null',
  'api_keys_owner_unrevoked on api_keys (organization_id, owner_user_id)' +
    ' where owner_user_id is not null and revoked_at is null',
  'api_keys_minter on api_keys (organization_id, created_by_user_id) where owner_user_id is null',
  'api_keys_project on api_keys (organization_id, project_id) where project_id is not null',
  "api_keys_revoker on api_keys (organization_id, revoked_by_id) where revoked_by_type = 'key'",
  'api_key_secrets_key on api_key_secrets (key_number)',
  'key_activity_key on key_activity (key_number)',
  'key_usage_minute on key_usage (minute)',
  'mint_log_member on mint_log (organization_id, user_id, at desc)',
  'mint_log_age on mint_log (at)',
  'audit_events_target on audit_events (chain, target_id)',
  'audit_events_actor on audit_events (chain, actor_id, sequence)',
  'idempotency_resource on idempotency (resource_id) where resource_id is not null',
  'idempotency_age on idempotency (at)',
]

export async function createIndexes(db: Kysely<unknown>): Promise<void> {
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db)
}
