import { digestFromBytes, digestToBytes } from '@mintmark/core'
import type { KeyDigest, KeyId, OrganizationId, ProjectId, UserId } from '@mintmark/core'
import { sql } from 'kysely'
import { nextNoticeMs } from '../../engine/keys/expiry-notice.ts'
import type {
  ImportedKey,
  Key,
  KeyChange,
  KeyFilter,
  KeyStore,
  KeyWithSecrets,
  NewSecret,
  Revocation,
} from '../../engine/ports/keys.ts'
import type { Page } from '../../engine/ports/storage.ts'
import { matchesFilter, notExpired } from './key-filter.ts'
import { fromKey, fromKeyChange, joinSecrets, keyColumns, secretColumns, toKey } from './key-rows.ts'
import type { KeyRow } from './key-rows.ts'
import { beforeNumber } from './page.ts'
import type { Unit } from './unit.ts'

/** Numbers in one `IN (…)`: far below the engines' bounds of 32,766 and 65,535 parameters. */
const maxNumbersAtOnce = 1_000

export class SqlKeyStore implements KeyStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(key: Omit<Key, 'number' | 'revocation'>, secret: NewSecret): Promise<KeyWithSecrets> {
    const { number } = await this.#unit.db
      .insertInto('api_keys')
      .values({ ...fromKey(key), notice_due_at: noticeDueAt(key, key.createdAtMs) })
      .returning('number')
      .executeTakeFirstOrThrow()
    const secretNumber = await this.#insertSecret(number, secret, { awaitsFirstUse: false })
    const { id, prefix, createdAtMs } = secret
    const neverUsed = { firstUsedAtMs: null, lastUsedAtMs: null, lastUsedIp: null, lastUsedAgent: null }
    const unused = { endsAtMs: null, ...neverUsed }
    return { ...key, number, revocation: null, secrets: [{ number: secretNumber, id, prefix, createdAtMs, ...unused }] }
  }

  async find(organizationId: OrganizationId | null, id: KeyId): Promise<KeyWithSecrets | null> {
    const rows = await this.#select(organizationId).where('id', '=', id).execute()
    const [key] = await this.#withSecrets(rows, { locked: false })
    return key ?? null
  }

  async findImported(digests: readonly KeyDigest[]): Promise<ReadonlyMap<KeyDigest, ImportedKey>> {
    if (digests.length === 0) return new Map()
    const rows = await this.#unit.db
      .selectFrom('api_key_secrets')
      .innerJoin('api_keys', 'api_keys.number', 'api_key_secrets.key_number')
      .select([...keyColumns, 'api_key_secrets.import_digest'])
      .where('api_key_secrets.import_digest', 'in', digests.map(digestToBytes))
      .execute()
    return new Map(
      rows.map(({ import_digest: digest, ...row }) => [digestFromBytes(digest ?? new Uint8Array()), toKey(row)]),
    )
  }

  async lock(organizationId: OrganizationId | null, id: KeyId): Promise<KeyWithSecrets | null> {
    const query = this.#select(organizationId).where('id', '=', id)
    const rows = await query.$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate()).execute()
    const [key] = await this.#withSecrets(rows, { locked: true })
    return key ?? null
  }

  async list(organizationId: OrganizationId | null, filter: KeyFilter, page: Page): Promise<readonly KeyWithSecrets[]> {
    const rows = await this.#select(organizationId)
      .where((keys) => matchesFilter(keys, filter))
      .where('number', '<', beforeNumber(page))
      .orderBy('number', 'desc')
      .limit(page.limit)
      .execute()
    return this.#withSecrets(rows, { locked: false })
  }

  async findShown(prefix: string, limit: number): Promise<readonly KeyWithSecrets[]> {
    const { db } = this.#unit
    const shown = await db
      .selectFrom('api_key_secrets')
      .select('key_number')
      .where('prefix', '=', prefix)
      .limit(maxNumbersAtOnce)
      .execute()
    if (shown.length === 0) return []
    const numbers = shown.map((secret) => secret.key_number)
    const rows = await db
      .selectFrom('api_keys')
      .select(keyColumns)
      .where('number', 'in', numbers)
      .where('organization_id', 'is not', null)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return this.#withSecrets(rows, { locked: false })
  }

  async listIds(organizationId: OrganizationId): Promise<readonly KeyId[]> {
    const { db } = this.#unit
    const rows = await db.selectFrom('api_keys').select('id').where('organization_id', '=', organizationId).execute()
    return rows.map(({ id }) => id)
  }

  async lockUnrevoked(
    organizationId: OrganizationId,
    of: { readonly ownerUserId: UserId } | { readonly projectId: ProjectId },
  ): Promise<readonly KeyWithSecrets[]> {
    const rows = await this.#select(organizationId)
      .where((keys) =>
        'projectId' in of ? keys('project_id', '=', of.projectId) : keys('owner_user_id', '=', of.ownerUserId),
      )
      .where('revoked_at', 'is', null)
      .orderBy('number')
      .$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
      .execute()
    return this.#withSecrets(rows, { locked: true })
  }

  async listMinters(organizationId: OrganizationId, ownerUserId: UserId): Promise<readonly UserId[]> {
    const rows = await this.#unit.db
      .selectFrom('api_keys')
      .select('created_by_user_id')
      .distinct()
      .where('organization_id', '=', organizationId)
      .where('owner_user_id', '=', ownerUserId)
      .where('created_by_user_id', '!=', ownerUserId)
      .where('revoked_at', 'is', null)
      .orderBy('created_by_user_id')
      .execute()
    return rows.flatMap((row) => row.created_by_user_id ?? [])
  }

  async countActive(
    organizationId: OrganizationId,
    userId: UserId,
    options: { readonly nowMs: number; readonly countRevoked: boolean },
  ): Promise<number> {
    const { db } = this.#unit
    const alive = db
      .selectFrom('api_keys')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('organization_id', '=', organizationId)
      .where((keys) => notExpired(keys, options.nowMs))
      .$if(!options.countRevoked, (select) => select.where('revoked_at', 'is', null))
    const owned = alive.where('owner_user_id', '=', userId)
    const minted = alive.where('owner_user_id', 'is', null).where('created_by_user_id', '=', userId)
    // Two counts: as one, with OR, SQLite read every key of the organization.
    const row = await db.selectNoFrom([owned.as('owned'), minted.as('minted')]).executeTakeFirstOrThrow()
    return (row.owned ?? 0) + (row.minted ?? 0)
  }

  async update(number: number, change: KeyChange): Promise<void> {
    const set = fromKeyChange(change)
    if (Object.keys(set).length === 0) return
    const { expiresAtMs } = change
    const due = expiresAtMs === undefined ? {} : { notice_due_at: nextNoticeMs(expiresAtMs, await this.#unit.nowMs()) }
    await this.#unit.db
      .updateTable('api_keys')
      .set({ ...set, ...due })
      .where('number', '=', number)
      .execute()
  }

  async revoke(number: number, revocation: Revocation): Promise<void> {
    const revoked = await this.#unit.db
      .updateTable('api_keys')
      .set({
        revoked_at: revocation.atMs,
        revoked_by_type: revocation.by.type,
        revoked_by_id: revocation.by.id,
        revoked_reason: revocation.reason,
        revoked_comment: revocation.comment,
      })
      .where('number', '=', number)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (revoked !== undefined) this.#unit.endings.add({ what: 'key revoked', id: revoked.id, atMs: revocation.atMs })
  }

  async replaceRevoker(organizationId: OrganizationId, keyId: KeyId, by: KeyId): Promise<void> {
    await this.#unit.db
      .updateTable('api_keys')
      .set({ revoked_by_id: by })
      .where('organization_id', '=', organizationId)
      // A literal, so that the partial index is seen to have all such rows.
      .where('revoked_by_type', '=', sql.lit('key'))
      .where('revoked_by_id', '=', keyId)
      .execute()
  }

  async delete(number: number): Promise<void> {
    // Foreign keys take its secrets, activity, usage and saved window along.
    const { db } = this.#unit
    const deleted = await db.deleteFrom('api_keys').where('number', '=', number).returning('id').executeTakeFirst()
    if (deleted !== undefined) {
      this.#unit.endings.add({ what: 'key deleted', id: deleted.id, atMs: await this.#unit.nowMs() })
    }
    this.#unit.eraseAfterCommit()
  }

  async insertSecret(keyNumber: number, secret: NewSecret): Promise<void> {
    await this.#insertSecret(keyNumber, secret, { awaitsFirstUse: true })
  }

  async endSecret(secretNumber: number, endsAtMs: number): Promise<void> {
    const ended = await this.#unit.db
      .updateTable('api_key_secrets')
      .set({ ends_at: endsAtMs })
      .where('number', '=', secretNumber)
      .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', endsAtMs)]))
      .returning('id')
      .executeTakeFirst()
    if (ended !== undefined) this.#unit.endings.add({ what: 'secret ended', id: ended.id, atMs: endsAtMs })
  }

  #select(organizationId: OrganizationId | null) {
    const query = this.#unit.db.selectFrom('api_keys').select(keyColumns)
    return organizationId === null
      ? query.where('organization_id', 'is', null)
      : query.where('organization_id', '=', organizationId)
  }

  async #insertSecret(
    keyNumber: number,
    secret: NewSecret,
    options: { readonly awaitsFirstUse: boolean },
  ): Promise<number> {
    const { number } = await this.#unit.db
      .insertInto('api_key_secrets')
      .values({
        id: secret.id,
        key_number: keyNumber,
        digest: digestToBytes(secret.digest),
        import_digest: secret.importDigest === undefined ? null : digestToBytes(secret.importDigest),
        pepper_version: secret.pepperVersion,
        prefix: secret.prefix,
        created_at: secret.createdAtMs,
        awaits_first_use: options.awaitsFirstUse ? 1 : 0,
      })
      .returning('number')
      .executeTakeFirstOrThrow()
    return number
  }

  /** Locked secrets are not marked as used meanwhile either, which their key's lock would not hinder. */
  async #withSecrets(keys: readonly KeyRow[], options: { readonly locked: boolean }): Promise<KeyWithSecrets[]> {
    const secrets = []
    for (let start = 0; start < keys.length; start += maxNumbersAtOnce) {
      const numbers = keys.slice(start, start + maxNumbersAtOnce).map((key) => key.number)
      const query = this.#unit.db
        .selectFrom('api_key_secrets')
        .leftJoin('key_activity', 'key_activity.secret_number', 'api_key_secrets.number')
        .select(secretColumns)
        .where('api_key_secrets.key_number', 'in', numbers)
        .orderBy('api_key_secrets.number')
        .$if(options.locked && this.#unit.locksRows, (select) => select.forNoKeyUpdate('api_key_secrets'))
      secrets.push(...(await query.execute()))
    }
    return joinSecrets(keys, secrets)
  }
}

/** Operator keys are told of by nobody. */
function noticeDueAt(key: Pick<Key, 'organizationId' | 'expiresAtMs'>, nowMs: number): number | null {
  return key.organizationId === null ? null : nextNoticeMs(key.expiresAtMs, nowMs)
}
