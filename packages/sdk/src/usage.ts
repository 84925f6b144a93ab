import { dataOf, initOf, type CallOptions, type Query, type Rest, type Schema } from './rest.ts'

/** What keys were used for: `/v1/usage`. */
export class Usage {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  get(query: Query<'getUsage'> = {}, options: CallOptions = {}): Promise<Schema<'Usage'>> {
    return dataOf(this.#rest.GET('/v1/usage', { params: { query }, ...initOf(options) }))
  }

  /** The keys that asked the most, most first. */
  async topKeys(query: Query<'listTopKeys'> = {}, options: CallOptions = {}): Promise<Schema<'TopKeys'>['data']> {
    const { data } = await dataOf(this.#rest.GET('/v1/usage/top-keys', { params: { query }, ...initOf(options) }))
    return data
  }
}
