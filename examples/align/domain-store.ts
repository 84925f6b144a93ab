import { randomUUID } from 'node:crypto'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

type Times = { readonly createdAt: string }
export type Entry = Times & { readonly id: string; readonly projectId: string; readonly title: string }
export type TimeEntryStatus = 'submitted' | 'approved' | 'rejected'
export type TimeEntry = Times & {
  readonly id: string
  readonly projectId: string
  readonly minutes: number
  readonly note: string
  /** An approved one is locked. */
  readonly status: TimeEntryStatus
}
export type IntegrationLink = Times & { readonly id: string; readonly projectId: string; readonly url: string }

const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS entries (
    organizationId TEXT NOT NULL, id TEXT PRIMARY KEY, projectId TEXT NOT NULL, title TEXT NOT NULL,
    createdAt TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS timeEntries (
    organizationId TEXT NOT NULL, id TEXT PRIMARY KEY, projectId TEXT NOT NULL, minutes INTEGER NOT NULL,
    note TEXT NOT NULL, status TEXT NOT NULL, createdAt TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS integrationLinks (
    organizationId TEXT NOT NULL, id TEXT PRIMARY KEY, projectId TEXT NOT NULL, url TEXT NOT NULL,
    createdAt TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entriesOfProject ON entries (organizationId, projectId);
  CREATE INDEX IF NOT EXISTS timeEntriesOfProject ON timeEntries (organizationId, projectId);
  CREATE INDEX IF NOT EXISTS integrationLinksOfProject ON integrationLinks (organizationId, projectId);
`
const columns = {
  entries: 'id, projectId, title, createdAt',
  timeEntries: 'id, projectId, minutes, note, status, createdAt',
  integrationLinks: 'id, projectId, url, createdAt',
} as const
type Table = keyof typeof columns
type Row = Readonly<Record<string, SQLInputValue>> & { readonly id: string }

/** What Align has besides what Mintmark has: each of one project of one organization. */
export class DomainStore {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec(schema)
  }

  entries(organizationId: string, projectId: string): Entry[] {
    return this.#list('entries', organizationId, projectId) as Entry[]
  }

  addEntry(organizationId: string, projectId: string, title: string): Entry {
    return this.#add('entries', organizationId, { ...made('ent', projectId), title })
  }

  /** @param projectId null: of all projects */
  timeEntries(organizationId: string, projectId: string | null): TimeEntry[] {
    return this.#list('timeEntries', organizationId, projectId) as TimeEntry[]
  }

  /** Null for what is not there, or is another organization's. */
  timeEntry(organizationId: string, id: string): TimeEntry | null {
    const select = `SELECT ${columns.timeEntries} FROM timeEntries WHERE organizationId = ? AND id = ?`
    return (this.#db.prepare(select).get(organizationId, id) as TimeEntry | undefined) ?? null
  }

  addTimeEntry(organizationId: string, projectId: string, minutes: number, note: string): TimeEntry {
    return this.#add('timeEntries', organizationId, { ...made('tim', projectId), minutes, note, status: 'submitted' })
  }

  /** False where it has another status by now than `from`: then nothing has changed. */
  changeTimeEntry(organizationId: string, from: TimeEntryStatus, to: TimeEntry): boolean {
    const update = `UPDATE timeEntries SET minutes = :minutes, note = :note, status = :status
      WHERE organizationId = :organizationId AND id = :id AND status = :from`
    const { id, minutes, note, status } = to
    return this.#db.prepare(update).run({ id, minutes, note, status, organizationId, from }).changes === 1
  }

  /** @param projectId null: of all projects */
  integrationLinks(organizationId: string, projectId: string | null): IntegrationLink[] {
    return this.#list('integrationLinks', organizationId, projectId) as IntegrationLink[]
  }

  addIntegrationLink(organizationId: string, projectId: string, url: string): IntegrationLink {
    return this.#add('integrationLinks', organizationId, { ...made('lnk', projectId), url })
  }

  close(): void {
    this.#db.close()
  }

  /** Newest first. */
  #list(table: Table, organizationId: string, projectId: string | null): unknown[] {
    const where = 'organizationId = :organizationId AND (:projectId IS NULL OR projectId = :projectId)'
    const select = `SELECT ${columns[table]} FROM ${table} WHERE ${where} ORDER BY rowid DESC`
    return this.#db.prepare(select).all({ organizationId, projectId })
  }

  #add<R extends Row>(table: Table, organizationId: string, row: R): R {
    const values = { organizationId, ...row }
    const names = Object.keys(values)
    const places = names.map((name) => `:${name}`)
    this.#db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`).run(values)
    return row
  }
}

function made(prefix: string, projectId: string) {
  return { id: `${prefix}_${randomUUID()}`, projectId, createdAt: new Date().toISOString() }
}
