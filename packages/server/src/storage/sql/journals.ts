import { sql } from 'kysely'
import type {
  EndableKey,
  EndableOrganization,
  EndableSecret,
  EndableSession,
  EndableSignIn,
  JournalStore,
  KnownJournal,
} from '../../engine/ports/journal.ts'
import type { Unit } from './unit.ts'

export class SqlJournalStore implements JournalStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  replay(): void {
    this.#unit.endings.replay()
  }

  async list(): Promise<readonly KnownJournal[]> {
    const rows = await this.#unit.db
      .selectFrom('journals')
      .select(['id', 'position', 'seen_at'])
      .orderBy('id')
      .execute()
    return rows.map((row) => ({ id: row.id, position: row.position, seenAtMs: row.seen_at }))
  }

  async put({ id, position, seenAtMs }: KnownJournal): Promise<void> {
    await this.#unit.db
      .insertInto('journals')
      .values({ id, position, seen_at: seenAtMs })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ position, seen_at: seenAtMs }))
      .execute()
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#unit.db.deleteFrom('journals').where('id', 'in', ids).execute()
  }

  async beat(step: number): Promise<number> {
    const { beat } = await this.#unit.db
      .updateTable('installation')
      .set({ journal_beat: sql`journal_beat + ${step}` })
      .where('id', '=', 1)
      .returning('journal_beat as beat')
      .executeTakeFirstOrThrow()
    return beat
  }

  async beats(): Promise<number> {
    const row = await this.#unit.db.selectFrom('installation').select('journal_beat').executeTakeFirstOrThrow()
    return row.journal_beat
  }

  async listKeys(after: number, limit: number): Promise<readonly EndableKey[]> {
    const rows = await this.#unit.db
      .selectFrom('api_keys')
      .select(['number', 'id', 'organization_id', 'revoked_at'])
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      number: row.number,
      id: row.id,
      organizationId: row.organization_id,
      isRevoked: row.revoked_at !== null,
    }))
  }

  async listSecrets(after: number, limit: number): Promise<readonly EndableSecret[]> {
    const rows = await this.#unit.db
      .selectFrom('api_key_secrets')
      .innerJoin('api_keys', 'api_keys.number', 'api_key_secrets.key_number')
      .select(['api_key_secrets.number', 'api_key_secrets.id', 'api_key_secrets.ends_at'])
      .select(['api_keys.id as key_id', 'api_keys.organization_id'])
      .where('api_key_secrets.number', '>', after)
      .orderBy('api_key_secrets.number')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      number: row.number,
      id: row.id,
      endsAtMs: row.ends_at,
      keyId: row.key_id,
      organizationId: row.organization_id,
    }))
  }

  async listSessions(after: number, limit: number): Promise<readonly EndableSession[]> {
    const rows = await this.#unit.db
      .selectFrom('sessions')
      .select(['number', 'id', 'organization_id', 'user_id', 'expires_at'])
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      number: row.number,
      id: row.id,
      organizationId: row.organization_id,
      userId: row.user_id,
      expiresAtMs: row.expires_at,
    }))
  }

  async listSignIns(after: number, limit: number): Promise<readonly EndableSignIn[]> {
    const rows = await this.#unit.db
      .selectFrom('sign_ins')
      .select(['number', 'id', 'expires_at'])
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ number: row.number, id: row.id, expiresAtMs: row.expires_at }))
  }

  async listOrganizations(after: number, limit: number): Promise<readonly EndableOrganization[]> {
    const rows = await this.#unit.db
      .selectFrom('organizations')
      .select(['number', 'id', 'created_at'])
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ number: row.number, id: row.id, createdAtMs: row.created_at }))
  }

  async endSessions(atMs: number): Promise<number> {
    const ended = await this.#unit.db
      .updateTable('sessions')
      .set({ expires_at: atMs })
      .where('expires_at', '>', atMs)
      .executeTakeFirst()
    await this.#unit.db.updateTable('sign_ins').set({ expires_at: atMs }).where('expires_at', '>', atMs).execute()
    return Number(ended.numUpdatedRows)
  }
}
