import type { Contract } from '@mintmark/sdk'
import type { Standing } from '../../../../session/session-context.ts'

export type Scope = 'organization' | 'project'

/** The scopes of which this member may mint keys (API.md section 4). */
export function mintableScopes({ minting }: Contract, { role, effectivePermissions }: Standing): readonly Scope[] {
  if (!effectivePermissions.includes('api_keys:write')) return []
  return (['organization', 'project'] as const).filter((scope) => minting[scope].includes(role))
}
