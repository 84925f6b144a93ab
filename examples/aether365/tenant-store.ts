import { randomUUID } from 'node:crypto'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

export type Scan = { readonly id: string; readonly target: string; readonly createdAt: string }
export type Billing = { readonly email: string | null }
export type Plan = { readonly name: string }

const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS scans (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, target TEXT NOT NULL, createdAt TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS scans_of_tenant ON scans (tenant, createdAt);
  CREATE TABLE IF NOT EXISTS billing (tenant TEXT PRIMARY KEY, email TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS plans (tenant TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
`

/** What Aether365 keeps of its tenants, which are Mintmark's organizations. */
export class TenantStore {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec(schema)
  }

  /** Newest first. */
  scans(tenant: string): readonly Scan[] {
    const select = 'SELECT id, target, createdAt FROM scans WHERE tenant = ? ORDER BY createdAt DESC, id'
    return this.#db.prepare(select).all(tenant) as Scan[]
  }

  addScan(tenant: string, target: string): Scan {
    const scan = { id: `scan_${randomUUID()}`, target, createdAt: new Date().toISOString() }
    this.#run('INSERT INTO scans VALUES (?, ?, ?, ?)', scan.id, tenant, target, scan.createdAt)
    return scan
  }

  billing(tenant: string): Billing {
    return (this.#get('SELECT email FROM billing WHERE tenant = ?', tenant) as Billing | undefined) ?? { email: null }
  }

  setBilling(tenant: string, email: string): Billing {
    this.#run('INSERT OR REPLACE INTO billing VALUES (?, ?)', tenant, email)
    return { email }
  }

  plan(tenant: string): Plan {
    return (this.#get('SELECT name FROM plans WHERE tenant = ?', tenant) as Plan | undefined) ?? { name: 'standard' }
  }

  setPlan(tenant: string, name: string): Plan {
    this.#run('INSERT OR REPLACE INTO plans VALUES (?, ?)', tenant, name)
    return { name }
  }

  close(): void {
    this.#db.close()
  }

  #get(sql: string, ...values: SQLInputValue[]): unknown {
    return this.#db.prepare(sql).get(...values)
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values)
  }
}
