import { Anchor, Button, Group, Stack, Title } from '@mantine/core'
import type { ApiKey } from '@mintmark/sdk'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { ErrorState } from '../../../../../feedback/error-state.tsx'
import { PageLoader } from '../../../../../feedback/page-loader.tsx'
import { useInstallation } from '../../../../../installation-context.ts'
import { useSession } from '../../../../../session/session-context.ts'
import { Page } from '../../../../../shell/page.tsx'
import { apiKeysText, keyPageText as text, secretsText } from '../../../../../text/api-keys.ts'
import type { KeyDialogName, OpenDialog } from '../dialogs/key-dialogs.tsx'
import { KeyDialogs } from '../dialogs/lazy-dialogs.tsx'
import { rightsTo } from '../key-rights.ts'
import { KeyFacts } from './key-facts.tsx'
import { KeySecrets } from './key-secrets.tsx'
import { KeyTrail } from './key-trail.tsx'

/** The charts weigh more than everything else together. */
const KeyUsage = lazy(async () => ({ default: (await import('./key-usage.tsx')).KeyUsage }))

const readEveryMs = 10_000

export function KeyPage() {
  const { keyId = '' } = useParams()
  const { keysTitle, keysPath } = useInstallation()
  const { mintmark } = useSession()
  const { data, error, refetch } = useQuery({
    queryKey: ['key', keyId],
    queryFn: ({ signal }) => mintmark.keys.get(keyId, { signal }),
    refetchInterval: readEveryMs,
  })
  const back = (
    <Anchor component={Link} to={keysPath} size="sm">
      <Group component="span" gap={4} display="inline-flex">
        <IconArrowLeft size={14} aria-hidden /> {text.back}
      </Group>
    </Anchor>
  )
  if (data !== undefined && !isGone(error)) return <FoundKey apiKey={data} above={back} />
  return (
    <Page title={keysTitle} above={back}>
      {error === null ? <PageLoader /> : <ErrorState error={error} onRetry={() => void refetch()} />}
    </Page>
  )
}

/** Deleted meanwhile, or not to be seen any more: what was read of it before is shown no longer. */
function isGone(error: Error | null): boolean {
  return error !== null && 'status' in error && (error.status === 404 || error.status === 403)
}

function FoundKey({ apiKey, above }: { readonly apiKey: ApiKey; readonly above: React.ReactNode }) {
  const { keysPath } = useInstallation()
  const session = useSession()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  return (
    <Page
      title={apiKey.name}
      above={above}
      actions={<KeyActions apiKey={apiKey} onOpen={(name) => setDialog({ name, apiKey })} />}
    >
      <KeyFacts apiKey={apiKey} />
      {apiKey.status === 'active' && (
        <Section title={secretsText.title}>
          <KeySecrets apiKey={apiKey} />
        </Section>
      )}
      {session.may('usage:read') && (
        <Section title={text.usage.title}>
          <Suspense fallback={<PageLoader />}>
            <KeyUsage keyId={apiKey.id} />
          </Suspense>
        </Section>
      )}
      {session.may('audit_events:read') && (
        <Section title={text.trail.title}>
          <KeyTrail keyId={apiKey.id} />
        </Section>
      )}
      <KeyDialogs
        dialog={dialog}
        onClose={() => setDialog(null)}
        onDeleted={() => void navigate(keysPath, { replace: true })}
      />
    </Page>
  )
}

type KeyActionsProps = { readonly apiKey: ApiKey; readonly onOpen: (name: KeyDialogName) => void }

function KeyActions({ apiKey, onOpen }: KeyActionsProps) {
  const rights = rightsTo(apiKey, useSession())
  const { menu } = apiKeysText
  const actions = [
    { name: 'edit', label: menu.edit, isAllowed: rights.change },
    { name: 'rotate', label: menu.rotate, isAllowed: rights.rotate },
    { name: 'revoke', label: menu.revoke, isAllowed: rights.revoke },
    { name: 'delete', label: menu.remove, isAllowed: rights.remove },
  ] as const
  return actions
    .filter(({ isAllowed }) => isAllowed)
    .map(({ name, label }) => (
      <Button
        key={name}
        variant={name === 'delete' ? 'light' : 'default'}
        {...(name === 'delete' && { color: 'red' })}
        onClick={() => onOpen(name)}
      >
        {label}
      </Button>
    ))
}

function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Stack component="section" gap="sm" aria-label={title}>
      <Title order={2}>{title}</Title>
      {children}
    </Stack>
  )
}
