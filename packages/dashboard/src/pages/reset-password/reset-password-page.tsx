import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { authClient } from '../../auth/auth-client.ts'
import { FormError } from '../../feedback/form-error.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { useLinkToken } from '../../session/use-link-token.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { signInText as text } from '../../text/sign-in.ts'
import { BrokenLink } from '../broken-link.tsx'
import { NewPasswordInput } from '../new-password-input.tsx'

export function ResetPasswordPage() {
  const token = useLinkToken()
  const [isDone, setDone] = useState(false)
  if (token === null) return <BrokenLink />
  if (!isDone) return <NewPasswordForm token={token} onDone={() => setDone(true)} />
  return (
    <VisitorCard title={text.reset.done} description={text.reset.doneHelp}>
      <Button component={Link} to="/sign-in">
        {text.signIn.submit}
      </Button>
    </VisitorCard>
  )
}

function NewPasswordForm({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const form = useForm({ password: '' }, async ({ password }) => {
    await authClient.resetPassword({ token, password })
    onDone()
  })
  return (
    <VisitorCard title={text.reset.title} description={text.reset.description}>
      <form onSubmit={form.submit}>
        <Stack>
          <NewPasswordInput {...form.text('password')} autoFocus />
          <FormError error={form.error} />
          <Button type="submit" loading={form.isSending}>
            {text.reset.submit}
          </Button>
        </Stack>
      </form>
    </VisitorCard>
  )
}
