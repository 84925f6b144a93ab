import { Anchor, Stack, Text } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { Link } from 'react-router'
import { RelativeTime } from '../../../../feedback/time.tsx'
import type { Column } from '../../../../list/data-table.tsx'
import { apiKeysText as text } from '../../../../text/api-keys.ts'
import { describePermissions, EnvironmentBadge, Prefix, StatusBadge } from './key-badges.tsx'
import { KeyMenu } from './key-menu.tsx'
import type { OpenKeyDialog } from './dialogs/key-dialogs.tsx'
import type { Names } from '../../../../session/use-names.ts'

type ColumnParts = { readonly names: Names; readonly keysPath: string; readonly onOpen: OpenKeyDialog }

export function keyColumns({ names, keysPath, onOpen }: ColumnParts): readonly Column<ApiKey>[] {
  const { columns } = text
  return [
    {
      id: 'name',
      label: columns.name,
      render: (key) => (
        <Stack gap={0}>
          <Anchor component={Link} to={`${keysPath}/${key.id}`} fw={600} size="sm">
            {key.name}
          </Anchor>
          {key.status === 'active' && key.secrets.length > 1 && (
            <Text size="xs" c="dimmed">
              {text.rotating}
            </Text>
          )}
        </Stack>
      ),
    },
    { id: 'prefix', label: columns.prefix, render: (key) => <Prefix prefix={key.prefix} /> },
    {
      id: 'environment',
      label: columns.environment,
      render: ({ environment }) => <EnvironmentBadge environment={environment} />,
    },
    {
      id: 'scope',
      label: columns.scope,
      render: ({ projectId }) => (projectId === null ? text.scope.organization : names.project(projectId)),
    },
    {
      id: 'permissions',
      label: columns.permissions,
      render: (key) => <span title={key.permissions?.join('\n')}>{describePermissions(key)}</span>,
    },
    { id: 'owner', label: columns.owner, render: ({ owner }) => names.owner(owner) },
    { id: 'created', label: columns.created, render: ({ createdAt }) => <RelativeTime value={createdAt} /> },
    { id: 'lastUsed', label: columns.lastUsed, render: ({ lastUsedAt }) => <RelativeTime value={lastUsedAt} /> },
    { id: 'expires', label: columns.expires, render: ({ expiresAt }) => <RelativeTime value={expiresAt} /> },
    { id: 'status', label: columns.status, render: ({ status }) => <StatusBadge status={status} /> },
    {
      id: 'actions',
      label: columns.actions,
      isActions: true,
      render: (key) => <KeyMenu apiKey={key} keysPath={keysPath} onOpen={onOpen} />,
    },
  ]
}
