import { linkDigest, linkText } from '@mintmark/core'
import type { ChainDigest, KeyId, OrganizationId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Actor } from '../../engine/actor.ts'
import type {
  AuditFilter,
  AuditHead,
  AuditPage,
  AuditRecord,
  AuditStore,
  ChainName,
  NewAuditEvent,
} from '../../engine/ports/audit.ts'
import type { Page } from '../../engine/ports/storage.ts'
import { withAuditPermit } from './audit-permits.ts'
import { recordColumns, toRecord } from './audit-records.ts'
import { oldestEvents } from './audit-retention.ts'
import { searchAudit } from './audit-search.ts'
import type { Unit } from './unit.ts'

const [chainVersion = ''] = linkText('', 0, '', '').split('\n', 1)

const installationChain = sql<ChainName>`cast('installation' as text)`.as('chain')

/** An erased event: its place in the chain and its digests stay. */
const nothing = {
  payload: null,
  salt: null,
  id: null,
  at: null,
  action: null,
  actor_type: null,
  actor_id: null,
  target_type: null,
  target_id: null,
  project_id: null,
} as const

export class SqlAuditStore implements AuditStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async append(chain: ChainName, events: readonly NewAuditEvent[]): Promise<void> {
    const { last } = this.#unit
    for (const event of events) {
      if (last === null) await this.#appendInTwo(chain, event)
      else last.add(this.#appendAtOnce(chain, event).compile())
    }
  }

  async eraseTarget(chain: ChainName, keyId: KeyId): Promise<readonly number[]> {
    const { db } = await this.#appended()
    const erased = await withAuditPermit(db, { chain, change: 'erase' }, async () =>
      db
        .updateTable('audit_events')
        .set(nothing)
        .where('chain', '=', chain)
        .where('target_id', '=', keyId)
        .returning('sequence')
        .execute(),
    )
    this.#unit.eraseAfterCommit()
    return erased.map((row) => row.sequence).sort((left, right) => left - right)
  }

  async listByActor(
    chain: ChainName,
    keyId: KeyId,
  ): Promise<readonly { readonly sequence: number; readonly payload: string }[]> {
    const { db } = await this.#appended()
    const rows = await db
      .selectFrom('audit_events')
      .select(['sequence', 'payload'])
      .where('chain', '=', chain)
      .where('actor_id', '=', keyId)
      .where('actor_type', '=', 'key')
      .orderBy('sequence')
      .execute()
    return rows.flatMap(({ sequence, payload }) => (payload === null ? [] : [{ sequence, payload }]))
  }

  async rewrite(
    chain: ChainName,
    sequence: number,
    event: { readonly payload: string; readonly salt: Uint8Array; readonly actor: Actor },
  ): Promise<void> {
    const { db } = await this.#appended()
    await withAuditPermit(db, { chain, change: 'rewrite' }, async () => {
      await db
        .updateTable('audit_events')
        .set({ payload: event.payload, salt: event.salt, actor_type: event.actor.type, actor_id: event.actor.id })
        .where('chain', '=', chain)
        .where('sequence', '=', sequence)
        .execute()
    })
    this.#unit.eraseAfterCommit()
  }

  async head(chain: ChainName): Promise<AuditHead | null> {
    const { db } = await this.#appended()
    const row = await db
      .selectFrom('audit_heads')
      .select(['sequence', 'digest'])
      .where('chain', '=', chain)
      .executeTakeFirst()
    return row ?? null
  }

  get origin(): ChainDigest {
    return this.#unit.chainOrigin
  }

  async list(chain: ChainName, filter: AuditFilter, page: Page): Promise<AuditPage> {
    const { db } = await this.#appended()
    return searchAudit(db, chain, filter, page)
  }

  async read(chain: ChainName, after: number | null, limit: number): Promise<readonly AuditRecord[]> {
    const { db } = await this.#appended()
    const rows = await db
      .selectFrom('audit_events')
      .select(recordColumns)
      .where('chain', '=', chain)
      .$if(after !== null, (select) => select.where('sequence', '>', after ?? 0))
      .orderBy('sequence')
      .limit(limit)
      .execute()
    return rows.map(toRecord)
  }

  async find(chain: ChainName, sequence: number): Promise<AuditRecord | null> {
    const { db } = await this.#appended()
    const row = await db
      .selectFrom('audit_events')
      .select(recordColumns)
      .where('chain', '=', chain)
      .where('sequence', '=', sequence)
      .executeTakeFirst()
    return row === undefined ? null : toRecord(row)
  }

  async tail(chain: ChainName): Promise<{ readonly head: AuditHead | null; readonly lastSequence: number }> {
    const { db } = await this.#appended()
    const heads = db.selectFrom('audit_heads').where('chain', '=', chain)
    const { sequence, digest, last } = await db
      .selectNoFrom([
        heads.select('sequence').as('sequence'),
        heads.select('digest').as('digest'),
        db
          .selectFrom('audit_events')
          .select('sequence')
          .where('chain', '=', chain)
          .orderBy('sequence', 'desc')
          .limit(1)
          .as('last'),
      ])
      .executeTakeFirstOrThrow()
    return { head: sequence === null || digest === null ? null : { sequence, digest }, lastSequence: last ?? 0 }
  }

  async oldest(chain: ChainName, beforeMs: number, limit: number): Promise<AuditHead | null> {
    const { db } = await this.#appended()
    return oldestEvents(db, chain, beforeMs, limit)
  }

  async forget(chain: ChainName, throughSequence: number): Promise<number> {
    const { db } = await this.#appended()
    const deleted = await withAuditPermit(db, { chain, change: 'delete' }, async () =>
      db
        .deleteFrom('audit_events')
        .where('chain', '=', chain)
        .where('sequence', '<=', throughSequence)
        .executeTakeFirst(),
    )
    this.#unit.eraseAfterCommit()
    return Number(deleted.numDeletedRows)
  }

  async nextChain(after: string | null): Promise<ChainName | null> {
    const { db } = await this.#appended()
    // Names are not empty.
    const last = (after ?? '') as ChainName
    const first = (table: 'audit_heads' | 'audit_events') =>
      db.selectFrom(table).select('chain').where('chain', '>', last).orderBy('chain').limit(1)
    const organization = db
      .selectFrom('organizations')
      .select('id as chain')
      .where('id', '>', last as OrganizationId)
      .orderBy('id')
      .limit(1)
    const row = await db
      .selectFrom(first('audit_heads').as('heads'))
      .select('heads.chain')
      .unionAll(db.selectFrom(first('audit_events').as('events')).select('events.chain'))
      .unionAll(db.selectFrom(organization.as('organization')).select('organization.chain'))
      .unionAll(db.selectFrom('installation').select(installationChain).where(installationChain.expression, '>', last))
      .orderBy('chain')
      .limit(1)
      .executeTakeFirst()
    return row?.chain ?? null
  }

  /** The unit, once what it appended is really there. */
  async #appended(): Promise<Unit> {
    await this.#unit.last?.flush()
    return this.#unit
  }

  #appendAtOnce(chain: ChainName, event: NewAuditEvent) {
    return this.#unit.db
      .with('head', () => this.#moveHead(chain, event))
      .insertInto('audit_events')
      .values((eb) => ({
        ...eventValues(chain, event),
        sequence: eb.selectFrom('head').select('head.sequence'),
        digest: eb.selectFrom('head').select('head.digest'),
      }))
  }

  async #appendInTwo(chain: ChainName, event: NewAuditEvent): Promise<void> {
    const head = await this.#moveHead(chain, event).executeTakeFirstOrThrow()
    await this.#unit.db
      .insertInto('audit_events')
      .values({ ...head, ...eventValues(chain, event) })
      .execute()
  }

  /** The digest is made where the head is read, in the same statement: nobody can append in between. */
  #moveHead(chain: ChainName, event: NewAuditEvent) {
    const first = linkDigest(chain, 1, event.payloadDigest, this.#unit.chainOrigin)
    const start = `${chainVersion}\n${chain}\n`
    const middle = `\n${event.payloadDigest}\n`
    const at = sql<number>`cast(${event.atMs} as bigint)`
    const text = sql<string>`cast(${start} as text) || cast(audit_heads.sequence + 1 as text) || cast(${middle} as text) || audit_heads.digest`
    return this.#unit.db
      .insertInto('audit_heads')
      .values({ chain, sequence: 1, digest: first, latest_at: event.atMs, lateness: 0 })
      .onConflict((conflict) =>
        conflict.column('chain').doUpdateSet(({ eb }) => ({
          sequence: eb('audit_heads.sequence', '+', 1),
          digest: this.#unit.sha256Hex(text),
          latest_at: sql<number>`case when audit_heads.latest_at > ${at} then audit_heads.latest_at else ${at} end`,
          lateness: sql<number>`case when audit_heads.latest_at - ${at} > audit_heads.lateness
            then audit_heads.latest_at - ${at} else audit_heads.lateness end`,
        })),
      )
      .returning(['sequence', 'digest'])
  }
}

function eventValues(chain: ChainName, event: NewAuditEvent) {
  return {
    chain,
    payload_digest: event.payloadDigest,
    payload: event.payload,
    salt: event.salt,
    id: event.id,
    at: event.atMs,
    action: event.action,
    actor_type: event.actor.type,
    actor_id: event.actor.id,
    target_type: event.target.type,
    target_id: event.target.id,
    project_id: event.projectId,
  }
}
