import { Center, Code, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { authClient } from '../../../auth/auth-client.ts'
import { CopyField } from '../../../feedback/copy-field.tsx'
import { FormDialog } from '../../../feedback/form-dialog.tsx'
import { SecretDialog } from '../../../feedback/secret-dialog.tsx'
import { useForm } from '../../../feedback/use-form.ts'
import { profileText } from '../../../text/profile.ts'
import { QrCode } from './qr-code.tsx'

const text = profileText.secondFactor

type Enrolment = { readonly secret: string; readonly uri: string }
type StepProps<Done> = { readonly onDone: (done: Done) => void; readonly onClose: () => void }

/** Password, then the app's secret and its first code, then recovery codes for the only time. */
export function EnrolDialog({ onClose }: { readonly onClose: () => void }) {
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (codes !== null) return <RecoveryCodes codes={codes} onClose={onClose} />
  if (enrolment !== null) return <CodeStep enrolment={enrolment} onDone={setCodes} onClose={onClose} />
  return <PasswordStep onDone={setEnrolment} onClose={onClose} />
}

function PasswordStep({ onDone, onClose }: StepProps<Enrolment>) {
  const form = useForm({ password: '' }, async ({ password }) => onDone(await authClient.enrolSecondFactor(password)))
  return (
    <FormDialog
      title={text.enableTitle}
      submit={text.continue}
      action={{ isRunning: form.isSending, error: form.error }}
      onSubmit={form.send}
      onClose={onClose}
    >
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

type CodeStepProps = StepProps<readonly string[]> & { readonly enrolment: Enrolment }

function CodeStep({ enrolment: { secret, uri }, onDone, onClose }: CodeStepProps) {
  const form = useForm({ code: '' }, async ({ code }) => {
    const { recoveryCodes } = await authClient.confirmSecondFactor(code.trim())
    onDone(recoveryCodes)
  })
  return (
    <FormDialog
      title={text.enableTitle}
      submit={text.confirm}
      action={{ isRunning: form.isSending, error: form.error }}
      onSubmit={form.send}
      onClose={onClose}
    >
      <Text size="sm">{text.scan}</Text>
      <Center>
        <QrCode text={uri} label={text.qrCode} />
      </Center>
      <CopyField label={text.secret} value={secret} />
      <TextInput
        {...form.text('code')}
        label={text.code}
        autoComplete="one-time-code"
        inputMode="numeric"
        required
        data-autofocus
      />
    </FormDialog>
  )
}

function RecoveryCodes({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  return (
    <SecretDialog title={text.recoveryTitle} label={text.recovery} secret={codes.join(' ')} onClose={onClose}>
      <Stack gap="xs">
        <Text size="sm">{text.recoveryHelp}</Text>
        <Code block>{codes.join('\n')}</Code>
      </Stack>
    </SecretDialog>
  )
}
