import type { Rest } from './rest.ts'

export type ApiKey = {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly permissions: readonly string[] | null
  readonly status: 'active' | 'revoked' | 'expired'
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly expiresAt: string | null
}

/** With the key itself: in this answer, and never again. */
export type MintedApiKey = ApiKey & { readonly key: string }

export type NewApiKey = {
  readonly name: string
  readonly permissions?: readonly string[]
  readonly expiresAt?: string
  readonly environment?: 'live' | 'test'
}

export type ApiKeyRateLimit = {
  readonly remaining: number
  readonly limit: number
  readonly resetAt: string | null
  readonly activeTokens: number
  readonly maxActiveTokens: number
}

const path = '/v1/api-keys'

/** A person's keys, for his session token. */
export class ApiKeys {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  list(): Promise<readonly ApiKey[]> {
    return this.#rest.all(path)
  }

  create(key: NewApiKey): Promise<MintedApiKey> {
    return this.#rest.call('POST', path, key)
  }

  /** For good: a revoked key cannot be reactivated. */
  revoke(id: string): Promise<ApiKey> {
    return this.#rest.call('POST', `${path}/${encodeURIComponent(id)}/revoke`, {})
  }

  /** Erased from everything, logs among it. */
  delete(id: string): Promise<void> {
    return this.#rest.call('DELETE', `${path}/${encodeURIComponent(id)}`)
  }

  async rateLimit(): Promise<ApiKeyRateLimit> {
    const query = '{ apiKeyRateLimit { remaining limit resetAt activeTokens maxActiveTokens } }'
    const { data } = await this.#rest.call<{ readonly data: { readonly apiKeyRateLimit: ApiKeyRateLimit } }>(
      'POST',
      '/graphql',
      { query },
    )
    return data.apiKeyRateLimit
  }
}
