import { Badge, Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { authClient } from '../../../auth/auth-client.ts'
import { FormDialog } from '../../../feedback/form-dialog.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { usePersonSession } from '../../../session/person-context.ts'
import { profileText } from '../../../text/profile.ts'

const text = profileText.secondFactor

/** With what draws its picture: few turn it on, and once. */
const EnrolDialog = lazy(async () => ({ default: (await import('./enrol-dialog.tsx')).EnrolDialog }))

export function SecondFactorSection() {
  const { person, refresh } = usePersonSession()
  const [isOpen, setOpen] = useState(false)
  const close = (): void => {
    setOpen(false)
    void refresh()
  }
  const isOn = person.secondFactor
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Title order={2}>{text.title}</Title>
        <Badge variant="light" color={isOn ? 'green' : 'gray'}>
          {isOn ? text.isOn : text.isOff}
        </Badge>
      </Group>
      <Paper withBorder p="lg">
        <Group justify="space-between">
          <Text size="sm" maw={480}>
            {text.why}
          </Text>
          <Button variant={isOn ? 'default' : 'filled'} onClick={() => setOpen(true)}>
            {isOn ? text.disable : text.enable}
          </Button>
        </Group>
      </Paper>
      {isOpen && isOn && <DisableDialog onClose={close} />}
      {isOpen && !isOn && (
        <Suspense fallback={null}>
          <EnrolDialog onClose={close} />
        </Suspense>
      )}
    </Stack>
  )
}

function DisableDialog({ onClose }: { readonly onClose: () => void }) {
  const form = useForm({ password: '' }, async ({ password }) => {
    await authClient.disableSecondFactor(password)
    onClose()
  })
  return (
    <FormDialog
      title={text.disableTitle}
      submit={text.disable}
      isDangerous
      action={{ isRunning: form.isSending, error: form.error }}
      onSubmit={form.send}
      onClose={onClose}
    >
      <Text size="sm">{text.disableWhy}</Text>
      <PasswordInput
        {...form.text('password')}
        label={text.password}
        autoComplete="current-password"
        required
        data-autofocus
      />
    </FormDialog>
  )
}
