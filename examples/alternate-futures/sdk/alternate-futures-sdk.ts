import { ApiKeys } from './api-keys.ts'
import { Collection } from './collection.ts'
import { Rest } from './rest.ts'

export type SdkOptions = {
  /** An API key, or a person's session token. */
  readonly apiKey: string | undefined
  /** Default: AF_API_URL, else where `npm run example -- alternate-futures` listens. */
  readonly baseUrl?: string
}

const ownPort = 'http://127.0.0.1:7004'

export class AlternateFuturesSdk {
  readonly agents: Collection
  readonly sites: Collection
  readonly storage: Collection
  readonly paymentMethods: Collection
  readonly apiKeys: ApiKeys

  /** Throws `TypeError` without a key. */
  constructor({ apiKey, baseUrl = process.env['AF_API_URL'] ?? ownPort }: SdkOptions) {
    if (apiKey === undefined || apiKey === '') throw new TypeError('apiKey is missing.')
    const rest = new Rest(baseUrl, apiKey)
    this.agents = new Collection(rest, '/v1/agents')
    this.sites = new Collection(rest, '/v1/sites')
    this.storage = new Collection(rest, '/v1/storage')
    this.paymentMethods = new Collection(rest, '/v1/billing/payment-methods')
    this.apiKeys = new ApiKeys(rest)
  }
}
