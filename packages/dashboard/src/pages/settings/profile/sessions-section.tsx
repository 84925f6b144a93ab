import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { IconDevices } from '@tabler/icons-react'
import { authClient, type PersonSession } from '../../../auth/auth-client.ts'
import { EmptyState } from '../../../feedback/empty-state.tsx'
import { FormDialog } from '../../../feedback/form-dialog.tsx'
import { Time } from '../../../feedback/time.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { DataTable, type Column } from '../../../list/data-table.tsx'
import { usePersonSession } from '../../../session/person-context.ts'
import { listText } from '../../../text/list.ts'
import { profileText } from '../../../text/profile.ts'

const text = profileText.sessions

const columns: readonly Column<PersonSession>[] = [
  { id: 'agent', label: text.agent, render: (session) => <Agent session={session} /> },
  { id: 'ip', label: text.ip, isShort: true, render: ({ ip }) => ip ?? text.unknown },
  { id: 'created', label: text.created, isShort: true, render: ({ createdAt }) => <Time value={createdAt} /> },
  { id: 'lastSeen', label: text.lastSeen, isShort: true, render: ({ lastSeenAt }) => <Time value={lastSeenAt} /> },
]

/** The browsers in which the person is signed in: any of them can be signed out from here. */
export function SessionsSection() {
  const { forget } = usePersonSession()
  const { data, error, refetch } = useQuery({ queryKey: ['person-sessions'], queryFn: () => authClient.sessions() })
  const [chosen, choose] = useState<PersonSession | null>(null)
  const everywhere = useForm({}, async () => {
    await authClient.signOutEverywhere()
    forget()
  })
  const actions: Column<PersonSession> = {
    id: 'actions',
    label: listText.actions,
    isActions: true,
    render: (session) =>
      session.current ? null : (
        <Button
          variant="default"
          size="xs"
          onClick={() => choose(session)}
          aria-label={`${text.end}: ${session.userAgent ?? session.id}`}
        >
          {text.end}
        </Button>
      ),
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>{text.title}</Title>
        <Button variant="outline" color="red" onClick={everywhere.send} loading={everywhere.isSending}>
          {text.everywhere}
        </Button>
      </Group>
      <DataTable
        label={text.title}
        list={{ data: data?.data, error, refetch, hasMore: false, isLoadingMore: false, loadMore: () => {} }}
        columns={[...columns, actions]}
        idOf={({ id }) => id}
        empty={<EmptyState icon={IconDevices} {...text.empty} />}
      />
      {chosen !== null && (
        <EndDialog
          session={chosen}
          onClose={() => {
            choose(null)
            void refetch()
          }}
        />
      )}
    </Stack>
  )
}

function Agent({ session: { userAgent, current } }: { readonly session: PersonSession }) {
  return (
    <Group gap="xs">
      <Text size="sm" lineClamp={2} maw={320}>
        {userAgent ?? text.unknown}
      </Text>
      {current && (
        <Badge size="sm" variant="outline" color="gray">
          {text.current}
        </Badge>
      )}
    </Group>
  )
}

type EndDialogProps = { readonly session: PersonSession; readonly onClose: () => void }

function EndDialog({ session, onClose }: EndDialogProps) {
  const form = useForm({}, async () => {
    await authClient.endSession(session.id)
    onClose()
  })
  return (
    <FormDialog
      title={text.endTitle}
      submit={text.end}
      isDangerous
      action={{ isRunning: form.isSending, error: form.error }}
      onSubmit={form.send}
      onClose={onClose}
    >
      <Text size="sm">{text.endWhy}</Text>
    </FormDialog>
  )
}
