import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
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
import type { ClientBase } from 'pg'
import { judgeQueryError } from './postgres-errors.ts'

/**
 * Kysely over one client whose transactions somebody else begins and ends: a unit of work says with BEGIN whose rows
 * it may touch, and reads the notices of COMMIT, neither of which Kysely's own driver can.
 */
export class OneClientDialect implements Dialect {
  readonly #connection: OneClientConnection

  constructor(client: ClientBase) {
    this.#connection = new OneClientConnection(client)
  }

  /** From now on every query is refused: the client serves somebody else's unit of work. */
  end(): void {
    this.#connection.ended = true
  }

  createDriver(): Driver {
    return new OneClientDriver(this.#connection)
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new OneClientAdapter()
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the type that Kysely's Dialect prescribes
  createIntrospector(kysely: Kysely<any>): DatabaseIntrospector {
    return new PostgresIntrospector(kysely)
  }
}

class OneClientAdapter extends PostgresAdapter {
  /** Migrations run under a lock of ours, taken before Kysely's first look at the tables and gone with COMMIT. */
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

class OneClientDriver implements Driver {
  readonly #connection: OneClientConnection

  constructor(connection: OneClientConnection) {
    this.#connection = connection
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  async beginTransaction(): Promise<void> {
    throw new Error('A unit of work is a transaction already')
  }

  async commitTransaction(): Promise<void> {
    throw new Error('A unit of work commits by resolving')
  }

  async rollbackTransaction(): Promise<void> {
    throw new Error('A unit of work rolls back by rejecting')
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class OneClientConnection implements DatabaseConnection {
  readonly #client: ClientBase
  ended = false

  constructor(client: ClientBase) {
    this.#client = client
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.ended) throw new Error('This unit of work has ended')
    try {
      const { rows, rowCount } = await this.#client.query(query.sql, [...query.parameters])
      return { rows, numAffectedRows: BigInt(rowCount ?? 0) }
    } catch (error) {
      throw judgeQueryError(error)
    }
  }

  streamQuery(): never {
    throw new Error('Lists are read page by page')
  }
}
