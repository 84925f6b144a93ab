import { listBy, type Pages } from './pages.ts'
import {
  dataOf,
  doneOf,
  initOf,
  secretOf,
  thawed,
  type Body,
  type CallOptions,
  type MutationOptions,
  type Query,
  type Rest,
  type Schema,
  type Success,
  type WithSecret,
} from './rest.ts'

export type ApiKey = Schema<'ApiKey'>

/** With the plaintext, `key`: shown in this answer, and nowhere else ever again. */
export type MintedApiKey = WithSecret<Schema<'MintedApiKey'>, 'key'>

/** What became of one key that was imported. */
export type ImportedApiKey = Success<'importApiKeys', 200>['results'][number]

/** API keys: `/v1/api-keys`. */
export class Keys {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  /** Rejects with `SecretNotReplayedError` where this Idempotency-Key was answered before. */
  create(body: Body<'mintApiKey'>, options: MutationOptions = {}): Promise<MintedApiKey> {
    return secretOf('key', this.#rest.POST('/v1/api-keys', { body: thawed(body), ...initOf(options) }))
  }

  list(query: Query<'listApiKeys'> = {}, options: CallOptions = {}): Pages<ApiKey> {
    return listBy(query, (page) =>
      dataOf(this.#rest.GET('/v1/api-keys', { params: { query: page }, ...initOf(options) })),
    )
  }

  get(id: string, options: CallOptions = {}): Promise<ApiKey> {
    return dataOf(this.#rest.GET('/v1/api-keys/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  /** What is left of its limit at this moment: looking spends nothing. */
  window(id: string, options: CallOptions = {}): Promise<Schema<'ApiKeyWindow'>> {
    return dataOf(this.#rest.GET('/v1/api-keys/{id}/window', { params: { path: { id } }, ...initOf(options) }))
  }

  update(id: string, body: Body<'updateApiKey'>, options: CallOptions = {}): Promise<ApiKey> {
    return dataOf(
      this.#rest.PATCH('/v1/api-keys/{id}', { params: { path: { id } }, body: thawed(body), ...initOf(options) }),
    )
  }

  /** Erases it: what remains is that an API key was deleted, by whom and when. */
  delete(id: string, options: CallOptions = {}): Promise<void> {
    return doneOf(this.#rest.DELETE('/v1/api-keys/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  /** For good, and at once: once this has resolved, no verification accepts it. */
  revoke(id: string, body: Body<'revokeApiKey'> = {}, options: MutationOptions = {}): Promise<ApiKey> {
    return dataOf(
      this.#rest.POST('/v1/api-keys/{id}/revoke', { params: { path: { id } }, body: thawed(body), ...initOf(options) }),
    )
  }

  /** Gives it a new secret. The one before works for `overlapSeconds` more, on the same budget. */
  rotate(id: string, body: Body<'rotateApiKey'> = {}, options: MutationOptions = {}): Promise<MintedApiKey> {
    return secretOf(
      'key',
      this.#rest.POST('/v1/api-keys/{id}/rotate', { params: { path: { id } }, body: thawed(body), ...initOf(options) }),
    )
  }

  /** Ends one of two secrets early. */
  endSecret(id: string, secretId: string, options: CallOptions = {}): Promise<void> {
    const params = { path: { id, secretId } }
    return doneOf(this.#rest.DELETE('/v1/api-keys/{id}/secrets/{secretId}', { params, ...initOf(options) }))
  }

  transfer(id: string, body: Body<'transferApiKey'>, options: MutationOptions = {}): Promise<ApiKey> {
    return dataOf(
      this.#rest.POST('/v1/api-keys/{id}/transfer', {
        params: { path: { id } },
        body: thawed(body),
        ...initOf(options),
      }),
    )
  }

  /**
   * Takes over keys that another system minted, 1 to 100, by what it stored of them: for operators. All that are not here
   * yet, or none.
   */
  async import(keys: Body<'importApiKeys'>['keys'], options: MutationOptions = {}): Promise<readonly ImportedApiKey[]> {
    const body = thawed({ keys })
    const { results } = await dataOf(this.#rest.POST('/v1/api-keys/import', { body, ...initOf(options) }))
    return results
  }

  /** How many the calling member may still mint today, and have. */
  creationLimits(options: CallOptions = {}): Promise<Schema<'CreationLimits'>> {
    return dataOf(this.#rest.GET('/v1/api-keys/creation-limits', initOf(options)))
  }
}
