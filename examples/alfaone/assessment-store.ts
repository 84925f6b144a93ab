import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

export const statuses = ['open', 'completed', 'cancelled'] as const

export type Assessment = {
  readonly id: string
  readonly name: string
  /** Null until somebody is invited. */
  readonly candidate: { readonly name: string; readonly email: string } | null
  readonly status: (typeof statuses)[number]
  /** 0 to 100; null until there is one. */
  readonly score: number | null
  readonly createdAt: string
}

/** Whose assessments: those of live keys and those of test keys never meet. */
export type Owner = { readonly organizationId: string; readonly environment: 'live' | 'test' }

export type NewAssessment = Pick<Assessment, 'name' | 'candidate'>
export type AssessmentChange = Partial<NewAssessment & Pick<Assessment, 'status' | 'score'>>
export type AssessmentPage = { readonly data: readonly Assessment[]; readonly nextCursor: string | null }

/** `before`: the number of the last one of the page before. */
export type PageRequest = {
  readonly status: Assessment['status'] | null
  readonly limit: number
  readonly before: number | null
}

type Row = { readonly number: number; readonly id: string; readonly fields: string }

const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS assessments (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization_id TEXT NOT NULL,
    environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
    status TEXT GENERATED ALWAYS AS (fields ->> 'status') VIRTUAL,
    fields TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS assessments_of_owner ON assessments (organization_id, environment, number);
`

/** AlfaOne's own data. Nothing in it is found but by whose it is. */
export class AssessmentStore {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec(schema)
  }

  /** Newest first. */
  list({ organizationId, environment }: Owner, { status, limit, before }: PageRequest): AssessmentPage {
    const select = `
      SELECT number, id, fields FROM assessments
      WHERE organization_id = :organizationId AND environment = :environment
        AND (:status IS NULL OR status = :status) AND (:before IS NULL OR number < :before)
      ORDER BY number DESC LIMIT :limit`
    const asked = { organizationId, environment, status, before, limit: limit + 1 }
    const rows = this.#db.prepare(select).all(asked) as Row[]
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return { data: rows.slice(0, limit).map(read), nextCursor: last === undefined ? null : `${last.number}` }
  }

  find({ organizationId, environment }: Owner, id: string): Assessment | null {
    const select = 'SELECT number, id, fields FROM assessments WHERE organization_id = ? AND environment = ? AND id = ?'
    const row = this.#db.prepare(select).get(organizationId, environment, id) as Row | undefined
    return row === undefined ? null : read(row)
  }

  add({ organizationId, environment }: Owner, wanted: NewAssessment): Assessment {
    const id = `asm_${randomUUID()}`
    const assessment = { ...wanted, status: 'open', score: null, createdAt: new Date().toISOString() } as const
    this.#db
      .prepare('INSERT INTO assessments (id, organization_id, environment, fields) VALUES (?, ?, ?, ?)')
      .run(id, organizationId, environment, JSON.stringify(assessment))
    return { id, ...assessment }
  }

  /** Null: there is none. */
  change(owner: Owner, id: string, change: AssessmentChange): Assessment | null {
    const found = this.find(owner, id)
    if (found === null) return null
    const { id: _, ...fields } = { ...found, ...change }
    this.#db.prepare('UPDATE assessments SET fields = ? WHERE id = ?').run(JSON.stringify(fields), id)
    return { id, ...fields }
  }

  /** Whether there was one. */
  remove({ organizationId, environment }: Owner, id: string): boolean {
    const remove = 'DELETE FROM assessments WHERE organization_id = ? AND environment = ? AND id = ?'
    return this.#db.prepare(remove).run(organizationId, environment, id).changes === 1
  }

  close(): void {
    this.#db.close()
  }
}

function read({ id, fields }: Row): Assessment {
  return { id, ...(JSON.parse(fields) as Omit<Assessment, 'id'>) }
}
