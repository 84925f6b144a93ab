import type { Mintmark } from '@mintmark/sdk'
import { createContext, use } from 'react'
import type { Proof } from '../auth/auth-client.ts'

/** A member's own standing, as `GET /v1/me` has it at this moment. */
export type Standing = {
  readonly userId: string
  readonly organizationId: string
  readonly role: string
  readonly effectivePermissions: readonly string[]
}

/** What every page of an organization stands on, in the dashboard and embedded in another product. */
export type Session = {
  /** Where Mintmark is, without a slash at its end. */
  readonly server: string
  /** The SDK, with the token of now in each request. */
  readonly mintmark: Mintmark
  readonly standing: Standing
  /** Whether the buttons of an act are shown. The server decides again when it is done. */
  readonly may: (permission: string) => boolean
  /** Reads the standing again. */
  readonly refreshStanding: () => Promise<unknown>
  /** Null where tokens are not bound by it: those that a company's own backend minted. */
  readonly stepUp: StepUp | null
}

/** How a person proves himself once more, for acts that are dangerous. */
export type StepUp = {
  /** Asks him, and resolves to whether he did. */
  readonly ask: () => Promise<boolean>
}

/** What the step-up dialog needs to know. */
export type StepUpParts = {
  readonly hasPassword: boolean
  readonly hasSecondFactor: boolean
  readonly prove: (proof: Proof) => Promise<void>
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('This page belongs inside of a session.')
  return session
}

export function useMintmark(): Mintmark {
  return useSession().mintmark
}

export function useServer(): string {
  return useSession().server
}
