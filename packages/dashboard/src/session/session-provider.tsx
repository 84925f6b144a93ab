import { Mintmark } from '@mintmark/sdk'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { ErrorState } from '../feedback/error-state.tsx'
import { PageLoader } from '../feedback/page-loader.tsx'
import { createQueryClient } from './query-client.ts'
import { createSessionFetch } from './session-fetch.ts'
import { SessionContext, type Session, type Standing, type StepUpParts } from './session-context.ts'
import { StepUpProvider, useStepUp } from './step-up.tsx'
import { Tokens, type FetchToken } from './tokens.ts'

export type SessionProviderProps = {
  /** Where Mintmark is, without a slash at its end. */
  readonly server: string
  readonly fetchToken: FetchToken
  /** The person was signed out, here or elsewhere. */
  readonly onEnded: () => void
  readonly stepUp: StepUpParts | null
  readonly children: ReactNode
}

/** How often the standing is read without a reason: a demoted member loses his buttons, even where he does nothing. */
const standingEveryMs = 30_000

/** Mounted anew for another organization or person: what was read for one is never shown to another. */
export function SessionProvider(props: SessionProviderProps) {
  const [queries] = useState(createQueryClient)
  // Nothing of what was read stays behind.
  useEffect(() => () => queries.clear(), [queries])
  return (
    <QueryClientProvider client={queries}>
      <SessionParts {...props} />
    </QueryClientProvider>
  )
}

function SessionParts({ server, fetchToken, onEnded, stepUp, children }: SessionProviderProps) {
  const [tokens] = useState(() => new Tokens(fetchToken))
  const [mintmark] = useState(
    () => new Mintmark({ server, key: 'in-memory', fetch: createSessionFetch(tokens, onEnded) }),
  )
  return stepUp === null ? (
    <StandingProvider server={server} mintmark={mintmark}>
      {children}
    </StandingProvider>
  ) : (
    <StepUpProvider parts={stepUp} onProved={() => tokens.renew()}>
      <StandingProvider server={server} mintmark={mintmark}>
        {children}
      </StandingProvider>
    </StepUpProvider>
  )
}

type StandingProviderProps = { readonly server: string; readonly mintmark: Mintmark; readonly children: ReactNode }

function StandingProvider({ server, mintmark, children }: StandingProviderProps) {
  const stepUp = useStepUp()
  const { data, error, refetch } = useQuery({
    queryKey: ['standing'],
    queryFn: async ({ signal }) => standingOf(await mintmark.me({ signal })),
    refetchInterval: standingEveryMs,
  })
  const session = useMemo<Session | null>(() => {
    if (data === undefined) return null
    const permissions = new Set(data.effectivePermissions)
    const may = (name: string): boolean => permissions.has(name)
    return { server, mintmark, standing: data, may, refreshStanding: () => refetch(), stepUp }
  }, [server, mintmark, data, refetch, stepUp])
  if (session !== null) return <SessionContext value={session}>{children}</SessionContext>
  return error === null ? <PageLoader /> : <ErrorState error={error} onRetry={() => void refetch()} />
}

/** These pages are a member's: a key or an operator has no standing in an organization. */
function standingOf(me: Awaited<ReturnType<Mintmark['me']>>): Standing {
  if (!('userId' in me)) throw new TypeError('This token is not a member’s session.')
  return me
}
