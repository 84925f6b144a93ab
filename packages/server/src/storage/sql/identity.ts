import type { UserId } from '@mintmark/core'
import type { Account, IdentityStore, Person } from '../../engine/ports/identity.ts'
import type { People } from '../better-auth/people.ts'
import type { Unit } from './unit.ts'

/** Loads what knows the rules of people when the first of them comes: who has no sign-in never does. */
export class SqlIdentityStore implements IdentityStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async isEmpty(): Promise<boolean> {
    const row = await this.#unit.db.selectFrom('people').select('id').limit(1).executeTakeFirst()
    return row === undefined
  }

  async insert(person: Person): Promise<boolean> {
    if (!(await this.#unit.tryLock(`person\n${person.email.toLowerCase()}`))) return false
    const people = await this.#people()
    if ((await people.findByEmail(person.email)) !== null) return false
    await people.insert(person)
    return true
  }

  async find(userId: UserId): Promise<Person | null> {
    return (await this.#people()).find(userId)
  }

  async lock(userId: UserId): Promise<Person | null> {
    const { db, locksRows } = this.#unit
    const row = db.selectFrom('people').select('id').where('id', '=', userId)
    await (locksRows ? row.forNoKeyUpdate() : row).execute()
    return this.find(userId)
  }

  async findByEmail(email: string): Promise<Person | null> {
    return (await this.#people()).findByEmail(email)
  }

  async findByAccount(account: Account): Promise<Person | null> {
    return (await this.#people()).findByAccount(account)
  }

  async link(userId: UserId, account: Account): Promise<boolean> {
    if (!(await this.#unit.tryLock(`account\n${account.providerId}\n${account.subject}`))) return false
    const people = await this.#people()
    if ((await people.findByAccount(account)) !== null) return false
    await people.link(userId, account)
    return true
  }

  async passwordHash(userId: UserId): Promise<string | null> {
    return (await this.#people()).passwordHash(userId)
  }

  async setPasswordHash(userId: UserId, hash: string): Promise<void> {
    await (await this.#people()).setPasswordHash(userId, hash)
  }

  async markEmailVerified(userId: UserId): Promise<void> {
    await (await this.#people()).markEmailVerified(userId)
  }

  async #people(): Promise<People> {
    const { People } = await import('../better-auth/people.ts')
    return new People(this.#unit.db)
  }
}
