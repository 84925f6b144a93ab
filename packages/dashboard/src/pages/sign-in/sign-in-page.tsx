import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Navigate, useLocation } from 'react-router'
import { authClient } from '../../auth/auth-client.ts'
import { readReturnTo } from '../../session/return-to.ts'
import { useArrive } from '../../session/use-arrive.ts'
import { usePerson } from '../../session/use-person.ts'
import { PasswordStep } from './password-step.tsx'
import { SecondFactorStep } from './second-factor-step.tsx'

export function SignInPage() {
  const { search } = useLocation()
  const returnTo = readReturnTo(search, window.location.origin)
  const { data: person } = usePerson()
  const { data: config } = useQuery({ queryKey: ['auth-config'], queryFn: authClient.config })
  const [step, setStep] = useState<'password' | 'second_factor'>('password')
  const arrive = useArrive()
  if (person != null && step === 'password') return <Navigate to={returnTo} replace />
  if (step === 'second_factor') {
    return <SecondFactorStep onDone={() => arrive(returnTo)} onBack={() => setStep('password')} />
  }
  return (
    <PasswordStep
      providers={config?.providers ?? []}
      isSetUp={config?.setUp ?? true}
      returnTo={returnTo}
      refused={new URLSearchParams(search).get('refused')}
      onDone={async (next) => {
        if (next === 'second_factor') setStep(next)
        else await arrive(returnTo)
      }}
    />
  )
}
