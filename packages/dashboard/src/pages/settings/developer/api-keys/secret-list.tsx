import { Badge, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { RelativeTime, Time } from '../../../../feedback/time.tsx'
import { secretsText as text } from '../../../../text/api-keys.ts'
import { Prefix } from './key-badges.tsx'
import { stateOfOld, type OldSecretState, type Secret } from './secret-state.ts'

const stateColors: Readonly<Record<OldSecretState, string>> = { waiting: 'gray', 'in use': 'orange', quiet: 'green' }
const stateNames: Readonly<Record<OldSecretState, string>> = {
  waiting: text.waiting,
  'in use': text.inUse,
  quiet: text.quiet,
}

type SecretListProps = {
  readonly secrets: readonly Secret[]
  /** What can be done with the older of two. */
  readonly endOlder?: (secret: Secret) => ReactNode
}

/** The one or two secrets of a key, oldest first, and which of them is still in use. */
export function SecretList({ secrets, endOlder }: SecretListProps) {
  const newest = secrets.at(-1)
  return (
    <Stack gap="sm">
      {secrets.map((secret) => {
        const isOlder = secret !== newest
        return (
          <Group key={secret.id} justify="space-between" gap="xs">
            <Stack gap={2}>
              <Group gap="xs">
                <Text size="sm" fw={600}>
                  {nameOf(isOlder, secrets.length)}
                </Text>
                <Prefix prefix={secret.prefix} />
                {isOlder && newest !== undefined && <StateBadge state={stateOfOld(secret, newest, Date.now())} />}
              </Group>
              <LastUse secret={secret} />
            </Stack>
            {isOlder && endOlder?.(secret)}
          </Group>
        )
      })}
    </Stack>
  )
}

function nameOf(isOlder: boolean, count: number): string {
  if (count === 1) return text.only
  return isOlder ? text.older : text.newest
}

function StateBadge({ state }: { readonly state: OldSecretState }) {
  return (
    <Badge variant="light" color={stateColors[state]} {...(state === 'quiet' && { title: text.quietHelp })}>
      {stateNames[state]}
    </Badge>
  )
}

function LastUse({ secret: { lastUsedAt, lastUsedIp, expiresAt } }: { readonly secret: Secret }) {
  return (
    <Text size="sm" c="dimmed">
      {lastUsedAt === null ? (
        text.neverUsed
      ) : (
        <>
          {text.lastUsed} <RelativeTime value={lastUsedAt} />
          {lastUsedIp !== null && ` ${text.from(lastUsedIp)}`}
        </>
      )}
      {expiresAt !== null && (
        <>
          {', '}
          {text.ends} <Time value={expiresAt} />
        </>
      )}
    </Text>
  )
}
