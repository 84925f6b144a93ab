import type { AuditEvent } from '@mintmark/sdk'
import { useMemo } from 'react'
import { usePages } from '../../../list/use-pages.ts'
import { useSession } from '../../../session/session-context.ts'

/** What somebody or something in an event is called: members by name, where the names may be read and are known. */
export function useMemberNames(): (thing: AuditEvent['target']) => string {
  const { mintmark, may } = useSession()
  const mayRead = may('users:read')
  const { data } = usePages(['members'], (signal) => mintmark.users.list({}, { signal }), { enabled: mayRead })
  const names = useMemo(() => new Map((data ?? []).map(({ id, name, email }) => [id, name ?? email ?? id])), [data])
  return ({ type, id }) => {
    if (type === id) return type
    return type === 'member' ? (names.get(id) ?? id) : `${type} ${id}`
  }
}
