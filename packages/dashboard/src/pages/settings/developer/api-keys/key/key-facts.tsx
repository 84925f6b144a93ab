import { Group, Text } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { Facts, type Fact } from '../../../../../feedback/facts.tsx'
import { RelativeTime, Time } from '../../../../../feedback/time.tsx'
import { apiKeysText, keyPageText as text, revokeKeyText } from '../../../../../text/api-keys.ts'
import { describePermissions, EnvironmentBadge, Prefix, StatusBadge } from '../key-badges.tsx'
import { useNames, type Names } from '../../../../../session/use-names.ts'
import { KeyLimit } from './key-limit.tsx'

export function KeyFacts({ apiKey }: { readonly apiKey: ApiKey }) {
  const names = useNames()
  return <Facts facts={[...identityOf(apiKey, names), ...policyOf(apiKey), ...historyOf(apiKey)]} />
}

function identityOf(key: ApiKey, names: Names): readonly Fact[] {
  const { facts } = text
  const scope = key.projectId === null ? '' : `: ${names.project(key.projectId)}`
  return [
    { label: facts.prefix, value: <Prefix prefix={key.prefix} /> },
    { label: facts.status, value: <StatusBadge status={key.status} /> },
    { label: facts.environment, value: <EnvironmentBadge environment={key.environment} /> },
    { label: facts.scope, value: `${apiKeysText.scope[key.scope]}${scope}` },
    { label: facts.owner, value: names.owner(key.owner) },
  ]
}

function policyOf(key: ApiKey): readonly Fact[] {
  const { facts, everywhere } = text
  const { id, status, permissions, ipAllowlist, expiresAt } = key
  return [
    {
      label: facts.permissions,
      value: permissions === null || permissions.length === 0 ? describePermissions(key) : permissions.join(', '),
    },
    { label: facts.addresses, value: ipAllowlist === null ? everywhere : ipAllowlist.join(', ') },
    ...(status === 'active' ? [{ label: facts.limit, value: <KeyLimit keyId={id} /> }] : []),
    { label: facts.expires, value: <Time value={expiresAt} /> },
  ]
}

function historyOf(key: ApiKey): readonly Fact[] {
  const { facts } = text
  const { createdAt, lastUsedAt, lastUsedIp, lastUsedAgent, revokedAt, revokedReason } = key
  const from = [lastUsedIp, lastUsedAgent].filter((part) => part !== null).join(', ')
  return [
    { label: facts.created, value: <Time value={createdAt} /> },
    { label: facts.lastUsed, value: <RelativeTime value={lastUsedAt} /> },
    ...(from === '' ? [] : [{ label: facts.lastUsedFrom, value: from }]),
    ...(revokedAt === null
      ? []
      : [{ label: facts.revoked, value: <Revocation at={revokedAt} reason={revokedReason} /> }]),
  ]
}

function Revocation({ at, reason }: { readonly at: string; readonly reason: ApiKey['revokedReason'] }) {
  const known: Readonly<Partial<Record<string, string>>> = revokeKeyText.reasons
  return (
    <Group gap={6}>
      <Time value={at} />
      {reason !== null && reason !== 'unspecified' && (
        <Text span size="sm" c="dimmed">
          {known[reason] ?? reason.replaceAll('_', ' ')}
        </Text>
      )}
    </Group>
  )
}
