import type { ReactNode } from 'react'
import { authClient, type Person } from '../auth/auth-client.ts'
import { watchInput } from './last-input.ts'
import { usePersonSession } from './person-context.ts'
import { SessionProvider } from './session-provider.tsx'
import type { FetchToken } from './tokens.ts'

type OrganizationSessionProps = { readonly organizationId: string; readonly children: ReactNode }

/** A person's session in one of his organizations: tokens of fifteen minutes, by the cookie that `/auth/*` alone takes. */
export function OrganizationSession({ organizationId, children }: OrganizationSessionProps) {
  const { person, forget } = usePersonSession()
  return (
    <SessionProvider
      key={`${person.userId} ${organizationId}`}
      server={window.location.origin}
      fetchToken={fetchTokenIn(organizationId)}
      onEnded={forget}
      stepUp={stepUpOf(person)}
    >
      {children}
    </SessionProvider>
  )
}

const readIdleSeconds = watchInput(window)

function fetchTokenIn(organizationId: string): FetchToken {
  return async () => {
    const { token, expiresAt } = await authClient.token(organizationId, readIdleSeconds())
    return { token, expiresAtMs: Date.parse(expiresAt) }
  }
}

function stepUpOf({ password, secondFactor }: Person) {
  return { hasPassword: password, hasSecondFactor: secondFactor, prove: authClient.stepUp }
}
