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
  type WithSecret,
} from './rest.ts'

export type Webhook = Schema<'Webhook'>

/** With what it signs with, `secret`: shown in this answer only. */
export type WebhookWithSecret = WithSecret<Schema<'WebhookWithSecret'>, 'secret'>

export type Delivery = Schema<'Delivery'>

/** Where an organization has its events sent: `/v1/webhooks`. */
export class Webhooks {
  readonly #rest: Rest

  constructor(rest: Rest) {
    this.#rest = rest
  }

  create(body: Body<'createWebhook'>, options: MutationOptions = {}): Promise<WebhookWithSecret> {
    return secretOf('secret', this.#rest.POST('/v1/webhooks', { body: thawed(body), ...initOf(options) }))
  }

  list(query: Query<'listWebhooks'> = {}, options: CallOptions = {}): Pages<Webhook> {
    return listBy(query, (page) =>
      dataOf(this.#rest.GET('/v1/webhooks', { params: { query: page }, ...initOf(options) })),
    )
  }

  get(id: string, options: CallOptions = {}): Promise<Webhook> {
    return dataOf(this.#rest.GET('/v1/webhooks/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  update(id: string, body: Body<'updateWebhook'>, options: CallOptions = {}): Promise<Webhook> {
    return dataOf(
      this.#rest.PATCH('/v1/webhooks/{id}', { params: { path: { id } }, body: thawed(body), ...initOf(options) }),
    )
  }

  delete(id: string, options: CallOptions = {}): Promise<void> {
    return doneOf(this.#rest.DELETE('/v1/webhooks/{id}', { params: { path: { id } }, ...initOf(options) }))
  }

  rotateSecret(
    id: string,
    body: Body<'rotateWebhookSecret'> = {},
    options: MutationOptions = {},
  ): Promise<WebhookWithSecret> {
    return secretOf(
      'secret',
      this.#rest.POST('/v1/webhooks/{id}/rotate-secret', {
        params: { path: { id } },
        body: thawed(body),
        ...initOf(options),
      }),
    )
  }

  /** Sends it a made-up event. */
  test(id: string, options: MutationOptions = {}): Promise<Delivery> {
    return dataOf(this.#rest.POST('/v1/webhooks/{id}/test', { params: { path: { id } }, ...initOf(options) }))
  }

  deliveries(id: string, query: Query<'listDeliveries'> = {}, options: CallOptions = {}): Pages<Delivery> {
    return listBy(query, (page) =>
      dataOf(
        this.#rest.GET('/v1/webhooks/{id}/deliveries', { params: { path: { id }, query: page }, ...initOf(options) }),
      ),
    )
  }

  resend(id: string, deliveryId: string, options: MutationOptions = {}): Promise<Delivery> {
    return dataOf(
      this.#rest.POST('/v1/webhooks/{id}/deliveries/{deliveryId}/resend', {
        params: { path: { id, deliveryId } },
        ...initOf(options),
      }),
    )
  }
}
