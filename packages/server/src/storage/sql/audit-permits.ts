import type { Kysely } from 'kysely'
import type { ChainName } from '../../engine/ports/audit.ts'
import type { AuditPermitTable, Database } from './schema.ts'

/**
 * Triggers refuse every change of audit events, save one that the same transaction has declared for the same chain by
 * a row of `audit_permits`. The row is gone before COMMIT, so no permit is ever there for anyone else to use.
 */
export async function withAuditPermit<T>(
  db: Kysely<Database>,
  permit: { readonly chain: ChainName; readonly change: AuditPermitTable['change'] },
  work: () => Promise<T>,
): Promise<T> {
  await db.insertInto('audit_permits').values(permit).execute()
  const result = await work()
  await db.deleteFrom('audit_permits').where('chain', '=', permit.chain).execute()
  return result
}

/** Erases a chain, head and all: its organization is being erased. */
export async function deleteChain(db: Kysely<Database>, chain: ChainName): Promise<void> {
  await withAuditPermit(db, { chain, change: 'delete' }, async () => {
    await db.deleteFrom('audit_events').where('chain', '=', chain).execute()
    await db.deleteFrom('audit_heads').where('chain', '=', chain).execute()
  })
}
