import { Badge, Code } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { apiKeysText as text } from '../../../../text/api-keys.ts'

const statusColors = { active: 'green', revoked: 'red', expired: 'gray' } as const

export function StatusBadge({ status }: Pick<ApiKey, 'status'>) {
  return (
    <Badge variant="light" color={statusColors[status]} miw="max-content">
      {text.status[status]}
    </Badge>
  )
}

export function EnvironmentBadge({ environment }: Pick<ApiKey, 'environment'>) {
  return (
    <Badge variant="light" color={environment === 'live' ? 'blue' : 'orange'} miw="max-content">
      {text.environment[environment]}
    </Badge>
  )
}

/** All that is ever shown of a key that exists. */
export function Prefix({ prefix }: Pick<ApiKey, 'prefix'>) {
  return <Code style={{ whiteSpace: 'nowrap' }}>{prefix}…</Code>
}

export function describePermissions({ permissions }: Pick<ApiKey, 'permissions'>): string {
  if (permissions === null) return text.permissionsOf.all
  if (permissions.includes('*')) return text.permissionsOf.everything
  return permissions.length === 0 ? text.permissionsOf.none : text.permissionsOf.count(permissions.length)
}
