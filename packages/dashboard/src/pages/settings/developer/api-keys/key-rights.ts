import type { ApiKey } from '@mintmark/sdk'
import type { Session } from '../../../../session/session-context.ts'

/** What somebody may do with a key, as far as buttons go: the server decides again. */
export type KeyRights = {
  readonly change: boolean
  readonly rotate: boolean
  readonly revoke: boolean
  readonly remove: boolean
}

/** Members always may end the keys that they own (API.md section 4). What has ended stays as it is. */
export function rightsTo(key: ApiKey, { may, standing }: Pick<Session, 'may' | 'standing'>): KeyRights {
  const isOwner = key.owner.type === 'member' && key.owner.userId === standing.userId
  const mayWrite = may('api_keys:write')
  const isActive = key.status === 'active'
  return {
    change: isActive && mayWrite,
    rotate: isActive && mayWrite,
    revoke: key.status !== 'revoked' && (mayWrite || isOwner),
    remove: mayWrite || isOwner,
  }
}
