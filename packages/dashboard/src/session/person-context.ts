import { createContext, use } from 'react'
import type { Person } from '../auth/auth-client.ts'

export type SignedInPerson = {
  readonly person: Person
  /** Reads anew who he is. */
  readonly refresh: () => Promise<unknown>
  readonly signOut: () => Promise<unknown>
  /** Nobody is signed in any more, here or as the server says. */
  readonly forget: () => void
}

export const PersonContext = createContext<SignedInPerson | null>(null)

export function usePersonSession(): SignedInPerson {
  const session = use(PersonContext)
  if (session === null) throw new Error('This is for whoever is signed in.')
  return session
}
