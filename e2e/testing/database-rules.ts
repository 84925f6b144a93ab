import { postgresRows } from './database-rows.ts'

/**
 * What holds of every database whatever was interrupted: each rule names the rows that break it. A mutation is there
 * with everything that belongs to it, or not at all.
 */
const rules: Readonly<Record<string, string>> = {
  'every key has a secret': `
    select k.id from api_keys k where not exists (select 1 from api_key_secrets s where s.key_number = k.number)`,
  'every key of an organization has the event of its creation': `
    select k.id from api_keys k where k.organization_id is not null and not exists (
      select 1 from audit_events e
      where e.chain = k.organization_id and e.target_id = k.id and e.action = 'api_key.created')`,
  'every event of a creation has its key': `
    select e.id from audit_events e where e.action = 'api_key.created'
      and not exists (select 1 from api_keys k where k.id = e.target_id)`,
  'every revoked key of an organization has the event of its revocation, and no other key has': `
    select k.id from api_keys k where k.organization_id is not null and (k.revoked_at is not null) <> exists (
      select 1 from audit_events e
      where e.chain = k.organization_id and e.target_id = k.id and e.action = 'api_key.revoked')`,
  'every member has the event of his coming': `
    select m.user_id from members m where not exists (
      select 1 from audit_events e
      where e.chain = m.organization_id and e.target_id = m.user_id and e.action = 'member.created')`,
  'every key that a member minted, deleted ones too, has spent one of his day': `
    select o.id from organizations o where
      (select count(*) from mint_log l where l.organization_id = o.id) <>
      (select count(*) from api_keys k where k.organization_id = o.id and k.created_by_user_id is not null) +
      (select count(*) from audit_events e where e.chain = o.id and e.action = 'api_key.deleted')`,
  'every chain of an organization has all of its events, and no more than its head says': `
    select h.chain from audit_heads h where
      h.sequence <> (select count(*) from audit_events e where e.chain = h.chain) or
      h.sequence <> (select max(sequence) from audit_events e where e.chain = h.chain)`,
}

/** The rules that the database breaks, each with the rows that do. */
export async function brokenRules(url: string): Promise<readonly string[]> {
  const broken = await Promise.all(
    Object.entries(rules).map(async ([rule, sql]) => {
      const rows = await postgresRows(url, sql)
      return rows.length === 0 ? [] : [`${rule}: ${rows.map((row) => Object.values(row).join()).join(' ')}`]
    }),
  )
  return broken.flat()
}
