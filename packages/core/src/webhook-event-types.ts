/** What organizations can be told of by webhooks. */
export const webhookEventTypes = [
  'api_key.created',
  'api_key.rotated',
  'api_key.revoked',
  'api_key.deleted',
  'api_key.expiring',
  'api_key.expired',
  'api_key.limit_reached',
  'api_key.creation_limit_reached',
  'member.invited',
  'member.created',
  'member.updated',
  'member.removed',
  'project.created',
  'project.updated',
  'project.deleted',
  'webhook.disabled',
] as const

export type WebhookEventType = (typeof webhookEventTypes)[number]
