import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'
import { belongToOneTenant } from './0003-row-security.ts'

/** One invitation an address in an organization, however it is written: a second one would leave two tokens about. */
export async function createInvitations(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'invitations',
    columns: {
      number: ['identity'],
      id: ['text', 'unique'],
      digest: ['bytes', 'unique'],
      pepper_version: ['text'],
      organization_id: ['text', 'references organizations (id) on delete cascade'],
      email: ['text'],
      role: ['text'],
      created_at: ['integer'],
      created_by_user_id: ['text?'],
      expires_at: ['integer'],
    },
  })
  await sql`create unique index invitations_address on invitations (organization_id, lower(email))`.execute(db)
  await sql`create index invitations_list on invitations (organization_id, number)`.execute(db)
  if (types.engine === 'postgres') await belongToOneTenant(db, 'invitations')
}
