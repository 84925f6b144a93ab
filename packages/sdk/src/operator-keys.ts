import { listBy, type Pages } from './pages.ts'
import {
  dataOf,
  initOf,
  secretOf,
  thawed,
  type Body,
  type CallOptions,
  type MutationOptions,
  type Query,
  type Rest,
  type Schema,
  type WithSecret,
} from './rest.ts'

export type OperatorKey = Schema<'OperatorKey'>

/** With the plaintext, `key`: shown in this answer, and nowhere else ever again. */
export type MintedOperatorKey = WithSecret<Schema<'MintedOperatorKey'>, 'key'>

/** Operator keys: `/v1/operator-keys`. */
export class OperatorKeys {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  create(body: Body<'createOperatorKey'>, options: MutationOptions = {}): Promise<MintedOperatorKey> {
    return secretOf('key', this.#rest.POST('/v1/operator-keys', { body: thawed(body), ...initOf(options) }))
  }

  list(query: Query<'listOperatorKeys'> = {}, options: CallOptions = {}): Pages<OperatorKey> {
    return listBy(query, (page) =>
      dataOf(this.#rest.GET('/v1/operator-keys', { params: { query: page }, ...initOf(options) })),
    )
  }

  revoke(id: string, options: MutationOptions = {}): Promise<OperatorKey> {
    return dataOf(this.#rest.POST('/v1/operator-keys/{id}/revoke', { params: { path: { id } }, ...initOf(options) }))
  }
}
