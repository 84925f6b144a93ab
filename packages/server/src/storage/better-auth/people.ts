import { randomBytes } from 'node:crypto'
import { runWithAdapter } from '@better-auth/core/context'
import { createId, parseChosenId, type UserId } from '@mintmark/core'
import { betterAuth } from 'better-auth/minimal'
import type { Kysely } from 'kysely'
import type { Account, Person } from '../../engine/ports/identity.ts'
import type { Database } from '../sql/schema.ts'
import { personRows } from './person-rows.ts'

const password = 'credential'

/**
 * better-auth as it is here: the rules of users and their accounts. Its own sessions are not used: they keep their
 * tokens as they are, go by the process's clock, and end in a transaction of their own.
 */
function createContext() {
  const auth = betterAuth({
    database: personRows(outside),
    user: {
      modelName: 'people',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    account: {
      modelName: 'person_accounts',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    advanced: { database: { generateId: () => createId('usr', (byteCount) => randomBytes(byteCount)) } },
    // It signs nothing that anybody keeps: no cookie of its own is ever given out.
    secret: randomBytes(32).toString('hex'),
    baseURL: 'http://localhost',
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
  return auth.$context
}

/** Every call says in whose unit of work it is. */
function outside(): never {
  throw new Error('better-auth works in a unit of work alone')
}

let context: ReturnType<typeof createContext> | null = null

type Users = Awaited<ReturnType<typeof createContext>>['internalAdapter']
type UserRow = { readonly id: string; readonly email: string; readonly name: string; readonly emailVerified: boolean }

/** What is asked of better-auth in one unit of work. */
export class People {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  async insert({ userId, email, name, isEmailVerified }: Person): Promise<void> {
    const row = { id: userId, email, name, emailVerified: isEmailVerified }
    await this.#within((users) => users.createUser(row, { method: 'email-password' }))
  }

  async find(userId: UserId): Promise<Person | null> {
    return toPerson(await this.#within((users) => users.findUserById(userId)))
  }

  async findByEmail(email: string): Promise<Person | null> {
    return toPerson((await this.#within((users) => users.findUserByEmail(email)))?.user ?? null)
  }

  async findByAccount({ providerId, subject }: Account): Promise<Person | null> {
    const owner = await this.#within((users) => users.findAccountOwnerByKey({ providerId, accountId: subject }))
    return owner?.kind === 'owned' ? toPerson(owner.user) : null
  }

  async link(userId: UserId, { providerId, subject }: Account): Promise<void> {
    await this.#within((users) => users.linkAccount({ userId, providerId, accountId: subject }))
  }

  async passwordHash(userId: UserId): Promise<string | null> {
    const accounts = await this.#within((users) => users.findAccounts(userId))
    return accounts.find(({ providerId }) => providerId === password)?.password ?? null
  }

  async setPasswordHash(userId: UserId, hash: string): Promise<void> {
    const had = await this.passwordHash(userId)
    await this.#within(async (users) =>
      had === null
        ? void (await users.linkAccount({ userId, providerId: password, accountId: userId, password: hash }))
        : users.updatePassword(userId, hash),
    )
  }

  async markEmailVerified(userId: UserId): Promise<void> {
    await this.#within((users) => users.updateUser(userId, { emailVerified: true }))
  }

  async #within<T>(work: (users: Users) => Promise<T>): Promise<T> {
    const { internalAdapter, options } = await (context ??= createContext())
    return runWithAdapter(personRows(() => this.#db)(options), () => work(internalAdapter))
  }
}

function toPerson(row: UserRow | null): Person | null {
  const userId = row === null ? null : parseChosenId('usr', row.id)
  if (row === null || userId === null) return null
  return { userId, email: row.email, name: row.name, isEmailVerified: row.emailVerified }
}
