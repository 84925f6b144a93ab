import { webhookEventTypes } from '@mintmark/core'
import { Type } from 'typebox'
import { maxDescriptionLength, maxSubscriptions, maxUrlLength } from '../../engine/webhooks/webhook-policy.ts'
import { closed, Id, nullable, oneOf, Time } from './shapes.ts'

const Url = Type.String({ minLength: 1, maxLength: maxUrlLength, examples: ['https://example.com/hooks'] })
const Description = nullable(Type.String({ maxLength: maxDescriptionLength }))
const Events = Type.Array(Type.String({ maxLength: 100 }), {
  minItems: 1,
  maxItems: maxSubscriptions,
  description: `Any of ${webhookEventTypes.map((type) => `\`${type}\``).join(', ')}; a group such as \`api_key.*\`; or \`*\`.`,
  examples: [['api_key.*', 'member.removed']],
})

export const WebhookBody = closed({ url: Url, events: Events, description: Type.Optional(Description) })

export const WebhookChangeBody = closed({
  url: Type.Optional(Url),
  events: Type.Optional(Events),
  description: Type.Optional(Description),
  status: Type.Optional(oneOf(['enabled', 'disabled'])),
})

const webhookFields = {
  id: Id,
  url: Type.String(),
  events: Type.Array(Type.String()),
  description: nullable(Type.String()),
  status: oneOf(['enabled', 'disabled']),
  disabledReason: nullable(
    Type.Unsafe<string>({
      type: 'string',
      enum: ['requested', 'gone', 'failing'],
      description: 'gone: it answered 410. failing: nothing got through for three days.',
    }),
  ),
  createdAt: Time,
}

export const WebhookResource = closed(webhookFields, { $id: 'Webhook' })

export const WebhookWithSecretResource = closed(
  {
    ...webhookFields,
    secret: nullable(
      Type.String({
        description: 'What it signs with (`whsec_…`), in this answer only; null where it is given again.',
      }),
    ),
  },
  { $id: 'WebhookWithSecret' },
)

export const DeliveryResource = closed(
  {
    id: Id,
    eventId: Type.String({ description: 'The `webhook-id`, the same in every attempt.' }),
    type: Type.String(),
    attempt: Type.Integer({ minimum: 0, description: 'Attempts made.' }),
    status: oneOf(['pending', 'delivered', 'failed']),
    requestBody: nullable(
      Type.String({
        description:
          'What is sent, to the byte: what the signature is of. Null for who may not read what the event is about.',
      }),
    ),
    responseStatus: nullable(Type.Integer()),
    responseBody: nullable(Type.String({ description: 'Of the last attempt: the first KiB.' })),
    error: nullable(Type.String({ description: 'Of the last attempt: why there was no answer.' })),
    at: Time,
    nextAttemptAt: nullable(Time),
  },
  { $id: 'Delivery' },
)
