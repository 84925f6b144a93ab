import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { belongToNoTenant } from './0003-row-security.ts'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'

const toPerson = 'references people (id) on delete cascade'

/** Who signs in, by what, and where he is signed in now. None of it belongs to an organization. */
export async function createPeople(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createPersons(db, types)
  await createSignIns(db, types)
  await createSingleUse(db, types)
  await bindSessions(db, types)
  if (types.engine === 'sqlite') return
  for (const table of tables) await belongToNoTenant(db, table)
}

const tables = [
  'people',
  'person_accounts',
  'second_factors',
  'recovery_codes',
  'sign_ins',
  'sign_in_failures',
  'links',
  'device_sign_ins',
]

/** `people` and `person_accounts` are written by better-auth: its fields, under our names. */
async function createPersons(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'people',
    columns: {
      id: ['text', 'primary key'],
      email: ['text', 'unique'],
      email_verified: ['integer', 'check (email_verified in (0, 1))'],
      name: ['text'],
      image: ['text?'],
      created_at: ['integer'],
      updated_at: ['integer'],
    },
  })
  await createTable(db, types, {
    name: 'person_accounts',
    columns: {
      id: ['text', 'primary key'],
      user_id: ['text', toPerson],
      provider_id: ['text'],
      account_id: ['text'],
      password: ['text?'],
      created_at: ['integer'],
      updated_at: ['integer'],
    },
    constraints: ['unique (provider_id, account_id)'],
  })
  await createTable(db, types, {
    name: 'second_factors',
    columns: {
      user_id: ['text', `primary key ${toPerson}`],
      secret: ['bytes'],
      pepper_version: ['text'],
      created_at: ['integer'],
      confirmed_at: ['integer?'],
      last_step: ['integer', 'default 0'],
    },
  })
  await createTable(db, types, {
    name: 'recovery_codes',
    columns: { digest: ['bytes', 'primary key'], user_id: ['text', toPerson] },
  })
  await sql`create index person_accounts_person on person_accounts (user_id)`.execute(db)
  await sql`create index recovery_codes_person on recovery_codes (user_id)`.execute(db)
}

async function createSignIns(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'sign_ins',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      digest: ['bytes', 'unique'],
      pepper_version: ['text'],
      user_id: ['text', toPerson],
      created_at: ['integer'],
      expires_at: ['integer'],
      last_seen_at: ['integer'],
      ip: ['text?'],
      user_agent: ['text?'],
      stepped_up_at: ['integer?'],
      awaits_code: ['integer', 'check (awaits_code in (0, 1))'],
    },
  })
  await createTable(db, types, {
    name: 'sign_in_failures',
    columns: { address_hmac: ['text', 'primary key'], failures: ['integer'], last_at: ['integer'] },
  })
  await sql`create index sign_ins_person on sign_ins (user_id)`.execute(db)
  await sql`create index sign_ins_expiry on sign_ins (expires_at)`.execute(db)
  await sql`create index sign_in_failures_age on sign_in_failures (last_at)`.execute(db)
}

async function createSingleUse(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'links',
    columns: {
      digest: ['bytes', 'primary key'],
      purpose: ['text', "check (purpose in ('set-up', 'password-reset'))"],
      user_id: ['text?', toPerson],
      was_mailed: ['integer', 'check (was_mailed in (0, 1))'],
      created_at: ['integer'],
      expires_at: ['integer'],
    },
    constraints: ["check ((purpose = 'set-up') = (user_id is null))"],
  })
  await createTable(db, types, {
    name: 'device_sign_ins',
    columns: {
      digest: ['bytes', 'primary key'],
      user_code_digest: ['bytes', 'unique'],
      created_at: ['integer'],
      expires_at: ['integer'],
      polled_at: ['integer?'],
      interval_seconds: ['integer'],
      decision: ['text?', "check (decision in ('approved', 'denied'))"],
      sign_in_number: ['integer?', 'references sign_ins (number) on delete cascade'],
      organization_id: ['text?', 'references organizations (id) on delete cascade'],
    },
  })
  await sql`create index links_expiry on links (expires_at)`.execute(db)
  await sql`create index device_sign_ins_expiry on device_sign_ins (expires_at)`.execute(db)
}

/** A session token may come from a sign-in, and then ends with it. Those that the operator makes have none. */
async function bindSessions(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const integer = sql.raw(types.integer)
  await sql`alter table sessions add column sign_in_number ${integer} references sign_ins (number) on delete cascade`.execute(
    db,
  )
  await sql`alter table sessions add column stepped_up_until ${integer}`.execute(db)
  await sql`alter table invitations add column was_mailed ${integer} not null default 0`.execute(db)
  await sql`create index members_user on members (user_id)`.execute(db)
  await sql`create index sessions_sign_in on sessions (sign_in_number) where sign_in_number is not null`.execute(db)
}
