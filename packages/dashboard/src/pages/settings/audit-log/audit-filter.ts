import type { Mintmark } from '@mintmark/sdk'

/** As it stands in the fields: empty lets everything through, times are those of whoever looks. */
export type AuditFilter = {
  readonly action: string
  readonly actor: string
  readonly target: string
  readonly from: string
  readonly to: string
}

export const noFilter: AuditFilter = { action: '', actor: '', target: '', from: '', to: '' }

type AuditQuery = NonNullable<Parameters<Mintmark['audit']['list']>[0]>

export function queryOf({ action, actor, target, from, to }: AuditFilter): AuditQuery {
  return {
    ...(action.trim() !== '' && { action: action.trim() }),
    ...(actor.trim() !== '' && { actor: actor.trim() }),
    ...(target.trim() !== '' && { target: target.trim() }),
    ...(from !== '' && { from: new Date(from).toISOString() }),
    ...(to !== '' && { to: new Date(to).toISOString() }),
  }
}
