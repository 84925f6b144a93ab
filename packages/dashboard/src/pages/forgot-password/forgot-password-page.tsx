import { Alert, Anchor, Button, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { authClient } from '../../auth/auth-client.ts'
import { FormError } from '../../feedback/form-error.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { signInText as text } from '../../text/sign-in.ts'

/** Says the same whether or not there is such an account. */
export function ForgotPasswordPage() {
  const [isSent, setSent] = useState(false)
  const { data: config } = useQuery({ queryKey: ['auth-config'], queryFn: authClient.config })
  const form = useForm({ email: '' }, async ({ email }) => {
    await authClient.forgotPassword(email)
    setSent(true)
  })
  const back = (
    <Anchor component={Link} to="/sign-in" size="sm" ta="center">
      {text.forgot.back}
    </Anchor>
  )
  if (isSent) {
    return (
      <VisitorCard title={text.forgot.sent} description={text.forgot.sentHelp}>
        {back}
      </VisitorCard>
    )
  }
  if (config?.mail === false) {
    return (
      <VisitorCard title={text.forgot.title}>
        <Alert color="gray">{text.forgot.noMail}</Alert>
        {back}
      </VisitorCard>
    )
  }
  return (
    <VisitorCard title={text.forgot.title} description={text.forgot.description}>
      <form onSubmit={form.submit}>
        <Stack>
          <TextInput
            {...form.text('email')}
            label={text.email}
            type="email"
            autoComplete="username"
            required
            autoFocus
          />
          <FormError error={form.error} />
          <Button type="submit" loading={form.isSending}>
            {text.forgot.submit}
          </Button>
          {back}
        </Stack>
      </form>
    </VisitorCard>
  )
}
