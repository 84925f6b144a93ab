import { Anchor, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { Link } from 'react-router'
import { authClient, type AuthConfig } from '../../auth/auth-client.ts'
import { ProviderButtons } from '../../auth/provider-buttons.tsx'
import { FormError } from '../../feedback/form-error.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { signInText as text } from '../../text/sign-in.ts'

type PasswordStepProps = {
  readonly providers: AuthConfig['providers']
  readonly isSetUp: boolean
  readonly returnTo: string
  /** Why a provider's answer was not taken; null: there was none. */
  readonly refused: string | null
  readonly onDone: (next: 'done' | 'second_factor') => Promise<void>
}

export function PasswordStep({ providers, isSetUp, returnTo, refused, onDone }: PasswordStepProps) {
  const form = useForm({ email: '', password: '' }, async (values) => onDone((await authClient.signIn(values)).next))
  return (
    <VisitorCard title={text.signIn.title} {...(!isSetUp && { description: text.signIn.nobodyYet })}>
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
          <PasswordInput {...form.text('password')} label={text.password} autoComplete="current-password" required />
          <FormError error={form.error ?? refusalOf(refused)} />
          <Button type="submit" loading={form.isSending} fullWidth>
            {text.signIn.submit}
          </Button>
          <Anchor component={Link} to="/forgot-password" size="sm" ta="center">
            {text.signIn.forgot}
          </Anchor>
        </Stack>
      </form>
      {providers.length > 0 && (
        <Stack gap="xs">
          <Divider label={text.signIn.or} />
          <ProviderButtons providers={providers} returnTo={returnTo} />
        </Stack>
      )}
    </VisitorCard>
  )
}

/** The address says the reason alone: what is shown of it is ours. */
function refusalOf(reason: string | null): Error | null {
  if (reason === null) return null
  const known = new Map<string, string>(Object.entries(text.signIn.refused))
  return new Error(known.get(reason) ?? text.signIn.refusedOtherwise)
}
