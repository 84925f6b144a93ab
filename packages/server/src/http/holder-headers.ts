import type { KeyHolder, SessionHolder } from '../engine/holder.ts'

const made = new WeakMap<KeyHolder | SessionHolder, readonly string[]>()

/**
 * Who the caller of a gateway is, as name, value, name, value. All names are always there, empty where there is
 * nothing to say: a gateway that copies only what it finds would otherwise let through what the client itself wrote.
 * Made once for as long as the holder stays the same.
 */
export function holderHeaders(holder: KeyHolder | SessionHolder): readonly string[] {
  const known = made.get(holder)
  if (known !== undefined) return known
  const headers = makeHeaders(holder)
  made.set(holder, headers)
  return headers
}

function makeHeaders(holder: KeyHolder | SessionHolder): readonly string[] {
  const isKey = holder.kind === 'key'
  const { view } = holder
  return [
    'X-Mintmark-Key-Id',
    isKey ? holder.keyId : '',
    'X-Mintmark-Organization-Id',
    view.organizationId,
    'X-Mintmark-Project-Id',
    isKey ? (holder.view.projectId ?? '') : '',
    'X-Mintmark-Environment',
    isKey ? holder.view.environment : '',
    'X-Mintmark-User-Id',
    isKey ? (holder.ownerUserId ?? '') : holder.userId,
    'X-Mintmark-Role',
    view.role,
    'X-Mintmark-Permissions',
    view.effectivePermissions.join(','),
    'Cache-Control',
    'no-store',
  ]
}
