import { Webhook } from 'standardwebhooks'
import { beforeAll, beforeEach } from 'vitest'
import type { MintmarkOptions } from '../create-mintmark.ts'
import { expectStatus, type Client } from './http-client.ts'
import type { InProcess, Open, TestOrganization } from './in-process.ts'
import { until } from './until.ts'
import { openWebhookReceiver, type Received, type WebhookReceiver } from './webhook-receiver.ts'

/** So that receivers of tests, which are on this machine, are reached. */
export const reachesThisMachine: MintmarkOptions = { webhookAllowNetworks: ['127.0.0.0/8'] }

export const eventOf = (received: Received | undefined) => JSON.parse(received?.body ?? '{}')

/** What a receiver does: throws unless the signature is right for this secret. */
export const verifySignature = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers)

/** An organization, its admin, and somebody who hears of it. */
export type WebhookScene = {
  readonly mintmark: InProcess
  readonly acme: TestOrganization
  readonly admin: Client
  readonly receiver: WebhookReceiver
  readonly create: (
    events?: readonly string[],
    url?: string,
  ) => Promise<{ readonly id: string; readonly secret: string }>
  readonly deliveries: (webhookId: string) => Promise<readonly SeenDelivery[]>
  /** All deliveries, as soon as there are so many and none is to be attempted again. */
  readonly delivered: (webhookId: string, count: number) => Promise<readonly SeenDelivery[]>
  /** The same of the only one. */
  readonly onlyDelivered: (webhookId: string) => Promise<SeenDelivery>
}

export type SeenDelivery = {
  readonly id: string
  readonly eventId: string
  readonly type: string
  readonly attempt: number
  readonly status: 'pending' | 'delivered' | 'failed'
  readonly requestBody: string | null
  readonly responseStatus: number | null
  readonly responseBody: string | null
  readonly error: string | null
  readonly at: string
  readonly nextAttemptAt: string | null
}

/** A scene of its own for each test, on one Mintmark. Call it once in a `describe`. */
export function usingWebhookScene(open: Open): () => WebhookScene {
  let mintmark: InProcess
  let scene: WebhookScene
  beforeAll(async () => {
    mintmark = await open(reachesThisMachine)
  })
  beforeEach(async () => {
    const receiver = await openWebhookReceiver()
    scene = await createScene(mintmark, receiver)
    return async () => receiver.close()
  })
  return () => scene
}

export async function createScene(mintmark: InProcess, receiver: WebhookReceiver): Promise<WebhookScene> {
  const acme = await mintmark.organization()
  const admin = acme.as('admin')
  const deliveries = async (id: string): Promise<readonly SeenDelivery[]> =>
    expectStatus(200, await admin.get(`/v1/webhooks/${id}/deliveries`)).data
  const delivered = async (id: string, count: number): Promise<readonly SeenDelivery[]> =>
    until(async () => {
      const all = await deliveries(id)
      return all.length === count && all.every(({ status }) => status !== 'pending') ? all : null
    })
  return {
    mintmark,
    acme,
    admin,
    receiver,
    deliveries,
    delivered,
    create: async (events = ['*'], url = receiver.url) =>
      expectStatus(201, await admin.post('/v1/webhooks', { url, events })),
    async onlyDelivered(id) {
      const [only] = await delivered(id, 1)
      if (only === undefined) throw new Error('There is none')
      return only
    },
  }
}
