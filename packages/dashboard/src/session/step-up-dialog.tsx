import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'react-router'
import { authClient, type Proof } from '../auth/auth-client.ts'
import { ProviderButtons } from '../auth/provider-buttons.tsx'
import { FormError } from '../feedback/form-error.tsx'
import { useForm } from '../feedback/use-form.ts'
import { useReturnFocus } from '../feedback/use-return-focus.ts'
import { sessionText as text } from '../text/session.ts'

type StepUpDialogProps = {
  readonly hasPassword: boolean
  readonly hasSecondFactor: boolean
  readonly onProve: (proof: Proof) => Promise<void>
  readonly onCancel: () => void
}

export function StepUpDialog({ hasPassword, hasSecondFactor, onProve, onCancel }: StepUpDialogProps) {
  const [byCode, setByCode] = useState(hasSecondFactor)
  useReturnFocus()
  const form = useForm({ proof: '' }, ({ proof }) => onProve(byCode ? { code: proof.trim() } : { password: proof }))
  const field = { ...form.text('proof'), required: true, 'data-autofocus': true }
  return (
    <Modal
      opened
      onClose={onCancel}
      title={text.stepUp.title}
      zIndex={400}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': text.stepUp.cancel }}
    >
      {hasPassword || hasSecondFactor ? (
        <form onSubmit={form.submit}>
          <Stack>
            <Text size="sm">{text.stepUp.why}</Text>
            {byCode ? (
              <TextInput key="code" {...field} label={text.stepUp.code} autoComplete="one-time-code" inputMode="text" />
            ) : (
              <PasswordInput key="password" {...field} label={text.stepUp.password} autoComplete="current-password" />
            )}
            {hasSecondFactor && hasPassword && (
              <Anchor component="button" type="button" size="sm" ta="start" onClick={() => setByCode(!byCode)}>
                {byCode ? text.stepUp.usePassword : text.stepUp.useCode}
              </Anchor>
            )}
            <FormError error={form.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onCancel}>
                {text.stepUp.cancel}
              </Button>
              <Button type="submit" loading={form.isSending}>
                {text.stepUp.confirm}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <ByProvider />
      )}
    </Modal>
  )
}

/** To sign in is to prove it, too. */
function ByProvider() {
  const { data: config } = useQuery({ queryKey: ['auth-config'], queryFn: authClient.config })
  const { pathname, search } = useLocation()
  return (
    <Stack>
      <Text size="sm">{text.stepUp.byProvider}</Text>
      <ProviderButtons providers={config?.providers ?? []} returnTo={`${pathname}${search}`} asksAgain />
    </Stack>
  )
}
