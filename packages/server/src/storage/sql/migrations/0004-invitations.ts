import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'
import { belongToOneTenant } from './0003-row-security.ts'

/** One invitation an address in an organization: a second one would leave two tokens about. */
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
    constraints: ['unique (organization_id, email)'],
  })
  await sql`create index invitations_list on invitations (organization_id, number)`.execute(db)
  if (types.engine === 'postgres') await belongToOneTenant(db, 'invitations')
}
