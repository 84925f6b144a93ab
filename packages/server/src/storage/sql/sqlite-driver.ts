import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type {
  CompiledQuery,
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
  QueryResult,
} from 'kysely'
import type { SQLInputValue } from 'node:sqlite'
import type { SqliteDatabase } from './sqlite-database.ts'

/** Statements that would move the edges of a transaction past the driver, or change the connection's settings. */
const reserved = /^\s*(?:begin|commit|end|rollback|savepoint|release|pragma|attach|detach|vacuum)\b/i

/** Kysely over the one connection of a `SqliteDatabase`: each unit of work, reads too, has it to itself. */
export class NodeSqliteDialect implements Dialect {
  readonly #database: SqliteDatabase

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  createDriver(): Driver {
    return new NodeSqliteDriver(this.#database)
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new NodeSqliteAdapter()
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the type that Kysely's Dialect prescribes
  createIntrospector(kysely: Kysely<any>): DatabaseIntrospector {
    return new SqliteIntrospector(kysely)
  }
}

class NodeSqliteAdapter extends SqliteAdapter {
  /** The driver gives out turns itself, and so to every Kysely instance on the database alike. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** SQLite rolls back CREATE and ALTER; Kysely's own adapter leaves it out. Migrations need it. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class NodeSqliteDriver implements Driver {
  readonly #database: SqliteDatabase

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<NodeSqliteConnection> {
    const giveBack = await this.#database.takeTurn()
    return new NodeSqliteConnection(this.#database, giveBack)
  }

  async beginTransaction(): Promise<void> {
    this.#database.begin()
  }

  async commitTransaction(): Promise<void> {
    this.#database.commit()
  }

  async rollbackTransaction(): Promise<void> {
    this.#database.rollback()
  }

  async releaseConnection(connection: NodeSqliteConnection): Promise<void> {
    // A unit of work that was left open would show its rows to whoever comes next.
    if (this.#database.inTransaction) this.#database.rollback()
    connection.end()
  }

  async destroy(): Promise<void> {}
}

/** The connection for the length of one turn. Whoever keeps it longer is refused: it would run in another's unit. */
class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase
  readonly #giveBack: () => void
  #ended = false

  constructor(database: SqliteDatabase, giveBack: () => void) {
    this.#database = database
    this.#giveBack = giveBack
  }

  end(): void {
    this.#ended = true
    this.#giveBack()
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#ended) throw new Error('This unit of work has ended')
    if (reserved.test(query.sql)) throw new Error('Refused a statement that belongs to the driver')
    const { rows, changes } = this.#database.execute(query.sql, query.parameters.map(toInput), onlyReads(query))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema says what the rows are
    return { rows: rows as R[], numAffectedRows: BigInt(changes) }
  }

  streamQuery(): never {
    throw new Error('Streaming would hold the only connection')
  }
}

function toInput(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'bigint' || value instanceof Uint8Array) return value
  throw new TypeError(`SQLite takes no ${typeof value} as a parameter`)
}

/** `WITH` may begin a write, so it counts as reading only where Kysely built a SELECT. */
function onlyReads(query: CompiledQuery): boolean {
  return query.query.kind === 'SelectQueryNode' || /^\s*select\b/i.test(query.sql)
}
