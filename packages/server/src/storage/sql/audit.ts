import { linkDigest, linkText } from '@mintmark/core'
import type { KeyId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Actor } from '../../engine/actor.ts'
import type { AuditHead, AuditStore, ChainName, NewAuditEvent } from '../../engine/ports/audit.ts'
import { withAuditPermit } from './audit-permits.ts'
import type { Unit } from './unit.ts'

const [chainVersion = ''] = linkText('', 0, '', '').split('\n', 1)

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
    const text = sql<string>`cast(${start} as text) || cast(audit_heads.sequence + 1 as text) || cast(${middle} as text) || audit_heads.digest`
    return this.#unit.db
      .insertInto('audit_heads')
      .values({ chain, sequence: 1, digest: first })
      .onConflict((conflict) =>
        conflict.column('chain').doUpdateSet(({ eb }) => ({
          sequence: eb('audit_heads.sequence', '+', 1),
          digest: this.#unit.sha256Hex(text),
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
