import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { PageRequest } from './page-request.ts'
import type { Fields, ResourceKind } from './resource-kinds.ts'

export type Resource = Fields & { readonly id: string; readonly createdAt: string; readonly updatedAt: string }
export type ResourcePage = { readonly data: readonly Resource[]; readonly nextCursor: string | null }

/** Whose, of which kind: what is of live keys and what is of test keys never meet. */
export type Shelf = {
  readonly organizationId: string
  readonly environment: 'live' | 'test'
  readonly kind: ResourceKind
}

type Row = {
  readonly number: number
  readonly id: string
  readonly fields: string
  readonly createdAt: string
  readonly updatedAt: string
}

const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS resources (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization_id TEXT NOT NULL,
    environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
    kind TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS resources_of_shelf ON resources (organization_id, environment, kind, number);
`
const onShelf = 'organization_id = :organizationId AND environment = :environment AND kind = :kind'
const columns = 'number, id, fields, created_at AS createdAt, updated_at AS updatedAt'

/** Alternate Futures' own data. Nothing in it is found but on its shelf. */
export class ResourceStore {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec(schema)
  }

  /** Newest first. */
  list(shelf: Shelf, { limit, before }: PageRequest): ResourcePage {
    const select = `
      SELECT ${columns} FROM resources WHERE ${onShelf} AND (:before IS NULL OR number < :before)
      ORDER BY number DESC LIMIT :limit`
    const rows = this.#db.prepare(select).all({ ...shelf, before, limit: limit + 1 }) as Row[]
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return { data: rows.slice(0, limit).map(read), nextCursor: last === undefined ? null : `${last.number}` }
  }

  count(shelf: Shelf): number {
    const row = this.#db.prepare(`SELECT count(*) AS count FROM resources WHERE ${onShelf}`).get({ ...shelf })
    return Number(row?.['count'])
  }

  find(shelf: Shelf, id: string): Resource | null {
    const select = `SELECT ${columns} FROM resources WHERE ${onShelf} AND id = :id`
    const row = this.#db.prepare(select).get({ ...shelf, id }) as Row | undefined
    return row === undefined ? null : read(row)
  }

  add(shelf: Shelf, fields: Fields): Resource {
    const at = new Date().toISOString()
    const insert = `
      INSERT INTO resources (id, organization_id, environment, kind, fields, created_at, updated_at)
      VALUES (:id, :organizationId, :environment, :kind, :fields, :at, :at) RETURNING ${columns}`
    const added = { ...shelf, id: randomUUID(), fields: JSON.stringify(fields), at }
    return read(this.#db.prepare(insert).get(added) as Row)
  }

  /** Null: there is none. */
  change(shelf: Shelf, id: string, change: Fields): Resource | null {
    const update = `
      UPDATE resources SET fields = json_patch(fields, :change), updated_at = :at
      WHERE ${onShelf} AND id = :id RETURNING ${columns}`
    const changed = { ...shelf, id, change: JSON.stringify(change), at: new Date().toISOString() }
    const row = this.#db.prepare(update).get(changed) as Row | undefined
    return row === undefined ? null : read(row)
  }

  /** Whether there was one. */
  remove(shelf: Shelf, id: string): boolean {
    const remove = `DELETE FROM resources WHERE ${onShelf} AND id = :id`
    return this.#db.prepare(remove).run({ ...shelf, id }).changes === 1
  }

  close(): void {
    this.#db.close()
  }
}

function read({ id, fields, createdAt, updatedAt }: Row): Resource {
  return { id, ...(JSON.parse(fields) as Fields), createdAt, updatedAt }
}
