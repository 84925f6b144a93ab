import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { generateAPIKey } from 'prefixed-api-key'

/** A key that another system minted, and how it is imported. */
export type ForeignKey = {
  readonly key: string
  readonly item: { readonly hash: string; readonly hashedAs: string; readonly prefix: string }
}

/** The shapes of the keys below, as a contract names them. */
export const legacyShapes = [
  { pattern: '^mycompany_[1-9A-HJ-NP-Za-km-z]{8}_[1-9A-HJ-NP-Za-km-z]{24}$', hash: 'sha256-hex-of-long-token' },
  { pattern: '^acme_[A-Za-z]{64}$', hash: 'sha256-base64url' },
  { pattern: '^[1-9A-HJ-NP-Za-km-z]{24}$', hash: 'sha256-base64' },
] as const

/** By the library `prefixed-api-key`. */
export async function mintPrefixedKey(): Promise<ForeignKey> {
  const { token, shortToken, longTokenHash } = await generateAPIKey({ keyPrefix: 'mycompany' })
  if (token === undefined) throw new Error('prefixed-api-key made no key')
  const prefix = `mycompany_${shortToken}`
  return { key: token, item: { hash: longTokenHash, hashedAs: 'sha256-hex-of-long-token', prefix } }
}

/** Better Auth with its plugin `api-key`: what whoever mints by it gets, and what is in its table. */
export type OpenBetterAuth = {
  readonly database: DatabaseSync
  readonly mint: (name: string) => Promise<ForeignKey>
}

export async function openBetterAuth(): Promise<OpenBetterAuth> {
  const database = new DatabaseSync(':memory:')
  const auth = betterAuth({
    database,
    secret: randomBytes(32).toString('base64'),
    baseURL: 'http://127.0.0.1',
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    plugins: [apiKey()],
  })
  await (await getMigrations(auth.options)).runMigrations()
  const body = { email: 'ada@example.test', password: randomBytes(16).toString('hex'), name: 'Ada' }
  const { user } = await auth.api.signUpEmail({ body })
  return {
    database,
    async mint(name) {
      const { key, id } = await auth.api.createApiKey({ body: { userId: user.id, name, prefix: 'acme_' } })
      const row = database.prepare('select key, start from apikey where id = ?').get(id)
      return { key, item: { hash: String(row?.['key']), hashedAs: 'sha256-base64url', prefix: String(row?.['start']) } }
    },
  }
}

/** Minted and hashed by Unkey itself: facts that its own tests hold on to (unkeyed/unkey, internal/hash). */
export const unkeyKeys: readonly ForeignKey[] = [
  ['3ZFeSzZi4bAHLaADiPyJy7BN', 'Af0t8Qg3G7oLwGHlkgMYIeloGL2dNBfcLxOLp3IDROY='],
  ['3ZG2fq6wALyJywNrL8Ao21FV', '8HrP1yRXT/iMQSdAXuvx1eDvt8wYOAonBBBHLeW59eo='],
  ['MVgWNsyPmv6VthC9moCNAPwS', 'CptSN3vQ0shZLIsdT5c/tlpeFK/qqxY0R/aQNCfKhWs='],
].map(([key = '', hash = '']) => ({ key, item: { hash, hashedAs: 'sha256-base64', prefix: key.slice(0, 4) } }))
