import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import { Link } from 'react-router'
import { authClient, type Person } from '../../auth/auth-client.ts'
import { FormError } from '../../feedback/form-error.tsx'
import { PageLoader } from '../../feedback/page-loader.tsx'
import { useForm } from '../../feedback/use-form.ts'
import { useArrive } from '../../session/use-arrive.ts'
import { useLinkToken } from '../../session/use-link-token.ts'
import { usePerson } from '../../session/use-person.ts'
import { VisitorCard } from '../../shell/visitor-card.tsx'
import { signInText as text } from '../../text/sign-in.ts'
import { BrokenLink } from '../broken-link.tsx'
import { NewPasswordInput } from '../new-password-input.tsx'

/** Whoever is signed in joins; everybody else gets an account by it. */
export function AcceptInvitationPage() {
  const token = useLinkToken()
  const { data: person } = usePerson()
  if (token === null) return <BrokenLink />
  if (person === undefined) return <PageLoader />
  return person === null ? <JoinAsNew token={token} /> : <JoinAs person={person} token={token} />
}

function JoinAs({ person, token }: { readonly person: Person; readonly token: string }) {
  const arrive = useArrive()
  const form = useForm({}, async () => {
    await authClient.acceptInvitation({ token })
    await arrive('/')
  })
  return (
    <VisitorCard title={text.invitation.title} description={text.invitation.asSignedIn(person.email)}>
      <form onSubmit={form.submit}>
        <Stack>
          <FormError error={form.error} />
          <Button type="submit" loading={form.isSending}>
            {text.invitation.submit}
          </Button>
        </Stack>
      </form>
    </VisitorCard>
  )
}

function JoinAsNew({ token }: { readonly token: string }) {
  const arrive = useArrive()
  const form = useForm({ name: '', password: '' }, async (values) => {
    await authClient.acceptInvitation({ token, ...values })
    await arrive('/')
  })
  return (
    <VisitorCard title={text.invitation.title} description={text.invitation.asNew}>
      <form onSubmit={form.submit}>
        <Stack>
          <TextInput {...form.text('name')} label={text.name} autoComplete="name" maxLength={100} required autoFocus />
          <NewPasswordInput {...form.text('password')} />
          <FormError error={form.error} />
          <Button type="submit" loading={form.isSending}>
            {text.invitation.submit}
          </Button>
          <Anchor component={Link} to="/sign-in" size="sm" ta="center">
            {text.invitation.haveAccount}
          </Anchor>
        </Stack>
      </form>
    </VisitorCard>
  )
}
