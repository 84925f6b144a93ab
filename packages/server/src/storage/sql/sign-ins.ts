import { digestToBytes, type KeyDigest, type UserId } from '@mintmark/core'
import type { Selectable } from 'kysely'
import type { SignIn, SignInChange, SignInSecret, SignInStore } from '../../engine/ports/sign-ins.ts'
import type { SignInTable } from './people-schema.ts'
import type { Unit } from './unit.ts'

const columns = [
  'number',
  'id',
  'user_id',
  'created_at',
  'expires_at',
  'last_seen_at',
  'ip',
  'user_agent',
  'stepped_up_at',
  'awaits_code',
] as const

export class SqlSignInStore implements SignInStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(signIn: Omit<SignIn, 'number'> & SignInSecret): Promise<SignIn> {
    const row = await this.#unit.db
      .insertInto('sign_ins')
      .values({
        id: signIn.id,
        digest: digestToBytes(signIn.digest),
        pepper_version: signIn.pepperVersion,
        user_id: signIn.userId,
        created_at: signIn.createdAtMs,
        expires_at: signIn.expiresAtMs,
        last_seen_at: signIn.lastSeenAtMs,
        ip: signIn.ip,
        user_agent: signIn.userAgent,
        stepped_up_at: signIn.steppedUpAtMs,
        awaits_code: signIn.awaitsCode ? 1 : 0,
      })
      .returning(columns)
      .executeTakeFirstOrThrow()
    return toSignIn(row)
  }

  async findByDigest(digests: readonly KeyDigest[]): Promise<SignIn | null> {
    const row = await this.#select().where('digest', 'in', digests.map(digestToBytes)).executeTakeFirst()
    return row === undefined ? null : toSignIn(row)
  }

  async lockByDigest(digests: readonly KeyDigest[]): Promise<SignIn | null> {
    const row = await this.#locked().where('digest', 'in', digests.map(digestToBytes)).executeTakeFirst()
    return row === undefined ? null : toSignIn(row)
  }

  async lock(number: number): Promise<SignIn | null> {
    const row = await this.#locked().where('number', '=', number).executeTakeFirst()
    return row === undefined ? null : toSignIn(row)
  }

  async list(userId: UserId, nowMs: number, limit: number): Promise<readonly SignIn[]> {
    const rows = await this.#select()
      .where('user_id', '=', userId)
      .where('expires_at', '>', nowMs)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toSignIn)
  }

  async update(number: number, change: SignInChange): Promise<void> {
    await this.#unit.db.updateTable('sign_ins').set(changed(change)).where('number', '=', number).execute()
  }

  async end(signIn: SignIn, atMs: number): Promise<void> {
    await this.#endSome([signIn], atMs)
  }

  async endAll(userId: UserId, atMs: number): Promise<number> {
    const rows = await this.#locked()
      .where('user_id', '=', userId)
      .where('expires_at', '>', atMs)
      .orderBy('number')
      .execute()
    await this.#endSome(rows.map(toSignIn), atMs)
    return rows.length
  }

  async deleteEndedBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const ended = db.selectFrom('sign_ins').select('number').where('expires_at', '<', beforeMs)
    const some = ended.orderBy('expires_at').limit(limit)
    const deleted = await db.deleteFrom('sign_ins').where('number', 'in', some).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }

  async #endSome(signIns: readonly SignIn[], atMs: number): Promise<void> {
    if (signIns.length === 0) return
    const { db, endings } = this.#unit
    const numbers = signIns.map(({ number }) => number)
    await db.updateTable('sign_ins').set({ expires_at: atMs }).where('number', 'in', numbers).execute()
    const sessions = await db
      .updateTable('sessions')
      .set({ expires_at: atMs })
      .where('sign_in_number', 'in', numbers)
      .where('expires_at', '>', atMs)
      .returning('id')
      .execute()
    for (const { id } of signIns) endings.add({ what: 'sign-in ended', id, atMs })
    for (const { id } of sessions) endings.add({ what: 'session ended', id, atMs })
  }

  #select() {
    return this.#unit.db.selectFrom('sign_ins').select(columns)
  }

  #locked() {
    return this.#select().$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
  }
}

function changed(change: SignInChange) {
  const { lastSeenAtMs, steppedUpAtMs, awaitsCode, expiresAtMs, digest, pepperVersion } = change
  return {
    ...(lastSeenAtMs !== undefined && { last_seen_at: lastSeenAtMs }),
    ...(steppedUpAtMs !== undefined && { stepped_up_at: steppedUpAtMs }),
    ...(awaitsCode !== undefined && { awaits_code: awaitsCode ? 1 : 0 }),
    ...(expiresAtMs !== undefined && { expires_at: expiresAtMs }),
    ...(digest !== undefined && { digest: digestToBytes(digest) }),
    ...(pepperVersion !== undefined && { pepper_version: pepperVersion }),
  }
}

function toSignIn(row: Pick<Selectable<SignInTable>, (typeof columns)[number]>): SignIn {
  return {
    number: row.number,
    id: row.id,
    userId: row.user_id,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    lastSeenAtMs: row.last_seen_at,
    ip: row.ip,
    userAgent: row.user_agent,
    steppedUpAtMs: row.stepped_up_at,
    awaitsCode: row.awaits_code === 1,
  }
}
