import { randomBytes } from 'node:crypto'
import { query } from './postgres-server.ts'

/**
 * A role that owns the (empty) database's schema and is no superuser, as in production. A superuser is bound by no
 * row-level security, so as one nothing of it would be seen.
 */
export async function ordinaryRole(adminUrl: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `mintmark_test_${randomBytes(8).toString('hex')}`
  const url = new URL(adminUrl)
  await query(adminUrl, `create role ${name} login password '${name}'; alter schema public owner to ${name}`)
  url.username = name
  url.password = name
  return {
    url: url.href,
    drop: async () => query(adminUrl, `reassign owned by ${name} to current_user; drop role ${name}`),
  }
}
