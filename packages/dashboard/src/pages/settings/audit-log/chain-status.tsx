import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { IconLink, IconLinkOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { CopyField } from '../../../feedback/copy-field.tsx'
import { FormError } from '../../../feedback/form-error.tsx'
import { useMintmark } from '../../../session/session-context.ts'
import { useAction } from '../../../session/use-action.ts'
import { auditLogText } from '../../../text/audit-log.ts'

const text = auditLogText.chain
type Check = Awaited<ReturnType<ReturnType<typeof useMintmark>['audit']['check']>>

export function ChainStatus() {
  const mintmark = useMintmark()
  const { data: head } = useQuery({
    queryKey: ['audit-head'],
    queryFn: ({ signal }) => mintmark.audit.head({ signal }),
  })
  const [check, setCheck] = useState<Check | null>(null)
  const action = useAction(() => mintmark.audit.check())
  const run = async (): Promise<void> => setCheck(await action.run(undefined))
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Text fw={600}>
            {text.title}
            {head !== undefined && `: ${text.head(head.sequence)}`}
          </Text>
          <Button variant="default" onClick={() => void run()} loading={action.isRunning}>
            {text.check}
          </Button>
        </Group>
        {head !== undefined && <CopyField label={text.digest} description={text.digestHelp} value={head.digest} />}
        <FormError error={action.error} />
        {check !== null && <CheckResult check={check} />}
      </Stack>
    </Paper>
  )
}

function CheckResult({ check }: { readonly check: Check }) {
  if (check.whole) {
    return <Alert role="status" color="green" icon={<IconLink aria-hidden />} title={text.whole(check.checked)} />
  }
  return (
    <Alert role="alert" color="red" icon={<IconLinkOff aria-hidden />} title={text.broken(check.sequence)}>
      {check.message}
    </Alert>
  )
}
