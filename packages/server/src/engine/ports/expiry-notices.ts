import type { KeyId, OrganizationId } from '@mintmark/core'

/**
 * When something is to be said of a key's expiry. Obligations: a key that is inserted with an expiry, or given another
 * one, is due at the first notice after that moment (`keys/expiry-notice.ts`), whoever did it.
 */
export interface ExpiryNoticeStore {
  /** Whose key has been due longest by then; null: none is due. */
  nextOrganization(nowMs: number): Promise<OrganizationId | null>
  /** Its keys that are due by then, lowest number first. */
  listDue(organizationId: OrganizationId, nowMs: number, limit: number): Promise<readonly KeyId[]>
  /** When the key is due, or null. Ask under the key's lock. */
  dueAtMs(keyNumber: number): Promise<number | null>
  set(keyNumber: number, dueAtMs: number | null): Promise<void>
}
