import type { OrganizationId } from '@mintmark/core'

/**
 * PostgreSQL: what each unit of work of an organization shares from its first statement on, and its deletion has alone.
 * A deletion that met them one row at a time would lock rows in another order than they do, and each of them is a
 * second until the server finds the deadlock. Locks of this kind are had in the order in which they are asked for: units
 * that keep coming cannot put a deletion off for ever, as they could by sharing its row.
 */
export function organizationLockName(id: OrganizationId): string {
  return `organization\n${id}`
}
