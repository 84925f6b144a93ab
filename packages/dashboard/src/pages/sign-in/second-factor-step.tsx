import { Button, Stack, TextInput } from '@mantine/core'
import { authClient } from '../../auth/auth-client.ts'
import { FormError } from '../../feedback/form-error.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { signInText as text } from '../../text/sign-in.ts'

type SecondFactorStepProps = { readonly onDone: () => Promise<void>; readonly onBack: () => void }

export function SecondFactorStep({ onDone, onBack }: SecondFactorStepProps) {
  const form = useForm({ code: '' }, async ({ code }) => {
    await authClient.secondFactor(code.trim())
    await onDone()
  })
  return (
    <VisitorCard title={text.secondFactor.title} description={text.secondFactor.description}>
      <form onSubmit={form.submit}>
        <Stack>
          <TextInput
            {...form.text('code')}
            label={text.secondFactor.code}
            autoComplete="one-time-code"
            required
            autoFocus
          />
          <FormError error={form.error} />
          <Button type="submit" loading={form.isSending} fullWidth>
            {text.secondFactor.submit}
          </Button>
          <Button variant="subtle" onClick={onBack}>
            {text.secondFactor.back}
          </Button>
        </Stack>
      </form>
    </VisitorCard>
  )
}
