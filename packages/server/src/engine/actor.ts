/** Who did something, as the audit trail names him. */
export type Actor = {
  readonly type: 'member' | 'key' | 'operator' | 'host' | 'system'
  /** User id, key id or operator key id; for `host` and `system` the word itself. A deleted key's is a tombstone. */
  readonly id: string
  /** Of a deleted key that a member owned: that member. */
  readonly ownerUserId?: string | null
}
