import { sql } from 'kysely'
import type { PepperStore, PepperUse } from '../../engine/ports/peppers.ts'
import type { Unit } from './unit.ts'

export class SqlPepperStore implements PepperStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async lock(): Promise<void> {
    const { db, locksRows } = this.#unit
    const row = db.selectFrom('installation').select('id')
    await (locksRows ? row.forNoKeyUpdate() : row).execute()
  }

  async list(): Promise<readonly string[]> {
    const { db } = this.#unit
    const rows = await db.selectFrom('peppers').select('version').orderBy('created_at').orderBy('version').execute()
    return rows.map((row) => row.version)
  }

  async add(version: string, nowMs: number): Promise<void> {
    await this.#unit.db
      .insertInto('peppers')
      .values({ version, created_at: nowMs })
      .onConflict((conflict) => conflict.column('version').doNothing())
      .execute()
  }

  async count(nowMs: number): Promise<ReadonlyMap<string, PepperUse>> {
    const { db } = this.#unit
    const counted: Record<keyof PepperUse, Counted> = {
      secrets: await this.#countSecrets(nowMs),
      sessions: await db.selectFrom('sessions').select(perPepper).where('expires_at', '>', nowMs).groupBy(by).execute(),
      invitations: await db
        .selectFrom('invitations')
        .select(perPepper)
        .where('expires_at', '>', nowMs)
        .groupBy(by)
        .execute(),
      webhooks: await db.selectFrom('webhook_endpoints').select(perPepper).groupBy(by).execute(),
    }
    const versions = new Set(Object.values(counted).flatMap((rows) => rows.map((row) => row.pepper_version)))
    const countOf = (what: keyof PepperUse, version: string): number =>
      counted[what].find((row) => row.pepper_version === version)?.count ?? 0
    return new Map(
      Array.from(versions, (version) => {
        const [secrets, sessions] = [countOf('secrets', version), countOf('sessions', version)]
        const [invitations, webhooks] = [countOf('invitations', version), countOf('webhooks', version)]
        return [version, { secrets, sessions, invitations, webhooks }]
      }),
    )
  }

  async #countSecrets(nowMs: number): Promise<Counted> {
    return this.#unit.db
      .selectFrom('api_key_secrets')
      .innerJoin('api_keys', 'api_keys.number', 'api_key_secrets.key_number')
      .select(perPepper)
      .where('api_keys.revoked_at', 'is', null)
      .where((eb) => eb.or([eb('api_keys.expires_at', 'is', null), eb('api_keys.expires_at', '>', nowMs)]))
      .where((eb) => eb.or([eb('api_key_secrets.ends_at', 'is', null), eb('api_key_secrets.ends_at', '>', nowMs)]))
      .groupBy(by)
      .execute()
  }
}

type Counted = readonly { readonly pepper_version: string; readonly count: number }[]

const by = 'pepper_version'
const perPepper = [by, sql<number>`count(*)`.as('count')] as const
