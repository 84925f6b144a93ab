import { DatabaseSync } from 'node:sqlite'

/** Keys in one statement: more would hold all of their rows in the cache at once. */
const keysAtOnce = 100_000

/** Puts `count` keys that nobody has into a SQLite file that no process has open. Minting a million takes minutes. */
export function storeKeys(file: string, count: number): void {
  const database = new DatabaseSync(file)
  database.exec('pragma synchronous = off; pragma cache_size = -262144; pragma foreign_keys = on')
  database.exec(`insert into organizations (id, name, tier, status, created_at)
    values ('stored', 'Stored', 'standard', 'active', 0)`)
  const keys = database.prepare(`
    with recursive numbers (n) as (select :first union all select n + 1 from numbers where n < :last)
    insert into api_keys (id, organization_id, name, environment, scope, role, created_at, metadata)
    select 'key_stored' || n, 'stored', 'stored ' || n, 'live', 'organization', 'member', 0, '{}' from numbers`)
  const secrets = database.prepare(`
    insert into api_key_secrets (id, key_number, digest, pepper_version, prefix, created_at, awaits_first_use)
    select 'sec_' || id, number, randomblob(32), (select version from peppers), 'mk_live_00000000', 0, 0
    from api_keys where number > :after and organization_id = 'stored'`)
  for (let first = 1; first <= count; first += keysAtOnce) {
    const { greatest } = database.prepare('select coalesce(max(number), 0) as greatest from api_keys').get() ?? {}
    database.exec('begin')
    keys.run({ first, last: Math.min(count, first + keysAtOnce - 1) })
    secrets.run({ after: greatest ?? 0 })
    database.exec('commit')
  }
  database.close()
}
