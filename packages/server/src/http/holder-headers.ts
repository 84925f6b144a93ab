import type { KeyHolder, SessionHolder } from '../engine/holder.ts'

/**
 * Gateways read all headers of an answer into a page of memory (nginx: `proxy_buffer_size`, 4 KiB), and refuse what does
 * not fit: the other headers need a quarter of that.
 */
const maxPermissionsLength = 2_048

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
    permissionsOf(view),
    'Cache-Control',
    'no-store',
  ]
}

/** None rather than some: a list that was cut looks like all of it. */
function permissionsOf({ effectivePermissions }: { readonly effectivePermissions: readonly string[] }): string {
  const text = effectivePermissions.join(',')
  return text.length <= maxPermissionsLength ? text : ''
}
