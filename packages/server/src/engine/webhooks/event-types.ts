import { webhookEventTypes, type BuiltInPermission, type WebhookEventType } from '@mintmark/core'

/** Sent to one endpoint when somebody asks for it; nobody subscribes to it. */
export const testEventType = 'webhook.test'

type Group = WebhookEventType extends `${infer Name}.${string}` ? Name : never

/** Who may not read a noun may not have its events sent to him. */
const readPermission = {
  api_key: 'api_keys:read',
  member: 'users:read',
  project: 'projects:read',
  webhook: 'webhooks:read',
} as const satisfies Record<Group, BuiltInPermission>
const readPermissions: ReadonlyMap<string, BuiltInPermission> = new Map(Object.entries(readPermission))

const known: ReadonlySet<string> = new Set(webhookEventTypes)

export function isEventType(text: string): text is WebhookEventType {
  return known.has(text)
}

/** What may stand in a subscription: a type, `api_key.*` and the like, `*`. */
export function isSubscribable(text: string): boolean {
  return webhookEventTypes.some((type) => isSubscribedTo([text], type))
}

export function isSubscribedTo(subscription: readonly string[], type: string): boolean {
  return subscription.some((name) => name === '*' || name === type || name === `${groupOf(type)}.*`)
}

/** Every permission that is needed to read all that a subscription sends. */
export function permissionsToRead(subscription: readonly string[]): ReadonlySet<BuiltInPermission> {
  const types = webhookEventTypes.filter((type) => isSubscribedTo(subscription, type))
  return new Set(types.map((type) => permissionToRead(type)).filter((permission) => permission !== null))
}

/** That of the noun that an event of this type is about; null where there is no such noun. */
export function permissionToRead(type: string): BuiltInPermission | null {
  return readPermissions.get(groupOf(type)) ?? null
}

function groupOf(type: string): string {
  return type.slice(0, type.indexOf('.'))
}
