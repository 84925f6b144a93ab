import { Alert, Button, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core'
import type { Verdict } from '@mintmark/sdk'
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import { useState } from 'react'
import { Facts, type Fact } from '../../../feedback/facts.tsx'
import { FormError } from '../../../feedback/form-error.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { operatorText } from '../../../text/operator.ts'
import { useOperator } from '../operator-context.ts'

const text = operatorText.verify

/** Judges a key as a company's backend would, and costs it nothing. */
export function VerifyKey() {
  const { mintmark } = useOperator()
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const form = useForm({ key: '', permission: '', projectId: '' }, async ({ key, permission, projectId }) => {
    setVerdict(null)
    const asked = {
      ...(permission.trim() !== '' && { permission: permission.trim() }),
      ...(projectId.trim() !== '' && { projectId: projectId.trim() }),
    }
    setVerdict(await mintmark.verify({ key: key.trim(), cost: 0, ...asked }))
  })
  return (
    <Stack gap="sm">
      <Title order={2}>{text.title}</Title>
      <Paper withBorder p="lg">
        <form onSubmit={form.submit} autoComplete="off">
          <Stack>
            <PasswordInput
              {...form.text('key')}
              label={text.key}
              description={text.keyHelp}
              autoComplete="off"
              required
            />
            <TextInput {...form.text('permission')} label={text.permission} autoComplete="off" maxLength={200} />
            <TextInput {...form.text('projectId')} label={text.project} autoComplete="off" maxLength={64} />
            <FormError error={form.error} />
            <Button type="submit" loading={form.isSending}>
              {text.submit}
            </Button>
          </Stack>
        </form>
      </Paper>
      {verdict !== null && <VerdictShown verdict={verdict} />}
    </Stack>
  )
}

function VerdictShown({ verdict }: { readonly verdict: Verdict }) {
  const { valid, reason, message, key, rateLimit } = verdict
  const Icon = valid ? IconShieldCheck : IconShieldX
  const facts: readonly Fact[] =
    key === null
      ? []
      : [
          { label: text.name, value: key.name },
          { label: text.id, value: key.id, isCode: true },
          { label: text.organization, value: key.organizationId, isCode: true },
          { label: text.role, value: key.role },
          { label: text.permissions, value: key.effectivePermissions.join(', ') || text.none },
          ...(rateLimit === null
            ? []
            : [{ label: text.remaining, value: `${rateLimit.remaining} / ${rateLimit.limit}` }]),
        ]
  return (
    <Stack gap="sm">
      <Alert
        role="status"
        color={valid ? 'green' : 'red'}
        icon={<Icon aria-hidden />}
        title={valid ? text.valid : text.invalid(reason ?? '')}
      >
        {message}
      </Alert>
      {facts.length > 0 && <Facts facts={facts} />}
    </Stack>
  )
}
