import { Button, Stack, TextInput } from '@mantine/core'
import { authClient } from '../../auth/auth-client.ts'
import { FormError } from '../../feedback/form-error.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { useArrive } from '../../session/use-arrive.ts'
import { useLinkToken } from '../../session/use-link-token.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { signInText as text } from '../../text/sign-in.ts'
import { BrokenLink } from '../broken-link.tsx'
import { NewPasswordInput } from '../new-password-input.tsx'

/** The first organization and its administrator, by the link that the first start printed. */
export function SetUpPage() {
  const token = useLinkToken()
  return token === null ? <BrokenLink /> : <SetUpForm token={token} />
}

function SetUpForm({ token }: { readonly token: string }) {
  const arrive = useArrive()
  const form = useForm({ organizationName: '', name: '', email: '', password: '' }, async (values) => {
    await authClient.setUp({ token, ...values })
    await arrive('/')
  })
  return (
    <VisitorCard title={text.setUp.title} description={text.setUp.description}>
      <form onSubmit={form.submit}>
        <Stack>
          <TextInput
            {...form.text('organizationName')}
            label={text.setUp.organizationName}
            autoComplete="organization"
            maxLength={100}
            required
            autoFocus
          />
          <TextInput {...form.text('name')} label={text.name} autoComplete="name" maxLength={100} required />
          <TextInput {...form.text('email')} label={text.email} type="email" autoComplete="username" required />
          <NewPasswordInput {...form.text('password')} />
          <FormError error={form.error} />
          <Button type="submit" loading={form.isSending}>
            {text.setUp.submit}
          </Button>
        </Stack>
      </form>
    </VisitorCard>
  )
}
