/** Who did something, as the audit trail names him. */
export type Actor = {
  readonly type: 'member' | 'key' | 'operator' | 'host' | 'system'
  /** User id, key id or operator key id; for `host` and `system` the word itself. */
  readonly id: string
}
