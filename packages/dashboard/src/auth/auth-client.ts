import type { Fault } from '@mintmark/sdk'
import { AuthError } from './auth-error.ts'

export type AuthConfig = {
  readonly product: string
  /** Whether letters can be sent: for forgotten passwords. */
  readonly mail: boolean
  readonly providers: readonly { readonly id: string; readonly name: string }[]
  /** Whether anybody can sign in. */
  readonly setUp: boolean
}

export type Person = {
  readonly userId: string
  readonly email: string
  readonly name: string
  /** Whether he has one: who comes by a provider need not. */
  readonly password: boolean
  readonly secondFactor: boolean
  readonly organizations: readonly PersonOrganization[]
}

export type PersonOrganization = { readonly id: string; readonly name: string; readonly role: string }

export type SessionToken = {
  readonly token: string
  readonly expiresAt: string
  readonly role: string
  readonly steppedUpUntil: string | null
}

export type PersonSession = {
  readonly id: string
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly ip: string | null
  readonly userAgent: string | null
  readonly current: boolean
}

/** What somebody proves himself with once more. */
export type Proof = { readonly password: string } | { readonly code: string }

type Method = 'GET' | 'POST' | 'DELETE'

/** Sign-in: `/auth/*`, the only place that the browser's cookie is good for. Rejects with `AuthError`. */
export const authClient = {
  config: () => ask<AuthConfig>('GET', 'config'),
  me: () => ask<Person>('GET', 'me'),
  token: (organizationId: string, idleSeconds: number) =>
    ask<SessionToken>('POST', 'token', { organizationId, idleSeconds }),
  setUp: (body: {
    readonly token: string
    readonly organizationName: string
    readonly name: string
    readonly email: string
    readonly password: string
  }) => ask<{ readonly organizationId: string }>('POST', 'set-up', body),
  signIn: (body: { readonly email: string; readonly password: string }) =>
    ask<{ readonly next: 'done' | 'second_factor' }>('POST', 'sign-in', body),
  secondFactor: (code: string) => ask<void>('POST', 'second-factor', { code }),
  signOut: () => ask<void>('POST', 'sign-out', {}),
  signOutEverywhere: () => ask<void>('POST', 'sign-out-everywhere', {}),
  stepUp: (proof: Proof) => ask<void>('POST', 'step-up', proof),
  forgotPassword: (email: string) => ask<void>('POST', 'password/forgot', { email }),
  resetPassword: (body: { readonly token: string; readonly password: string }) =>
    ask<void>('POST', 'password/reset', body),
  changePassword: (body: { readonly currentPassword: string; readonly newPassword: string }) =>
    ask<void>('POST', 'password/change', body),
  acceptInvitation: (body: { readonly token: string; readonly name?: string; readonly password?: string }) =>
    ask<{ readonly organizationId: string }>('POST', 'invitations/accept', body),
  sessions: () => ask<{ readonly data: readonly PersonSession[] }>('GET', 'sessions'),
  endSession: (id: string) => ask<void>('DELETE', `sessions/${encodeURIComponent(id)}`),
  enrolSecondFactor: (password: string) =>
    ask<{ readonly secret: string; readonly uri: string }>('POST', 'second-factor/enrol', { password }),
  confirmSecondFactor: (code: string) =>
    ask<{ readonly recoveryCodes: readonly string[] }>('POST', 'second-factor/confirm', { code }),
  disableSecondFactor: (password: string) => ask<void>('POST', 'second-factor/disable', { password }),
  approveDevice: (body: { readonly userCode: string; readonly organizationId: string }) =>
    ask<void>('POST', 'device/approve', body),
  denyDevice: (body: { readonly userCode: string }) => ask<void>('POST', 'device/deny', body),
}

/** Where the browser goes to sign in with another provider, and comes back from to `returnTo`. */
export function providerPath(
  provider: string,
  { returnTo, asksAgain }: { readonly returnTo: string; readonly asksAgain: boolean },
): string {
  const query = new URLSearchParams({ returnTo, ...(asksAgain && { again: 'true' }) })
  return `/auth/oidc/${encodeURIComponent(provider)}?${query.toString()}`
}

async function ask<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  const response = await send(method, path, body)
  const text = await response.text().catch(unreachable)
  if (!response.ok) throw errorOf(response.status, text)
  return (response.status === 204 ? undefined : JSON.parse(text)) as Answer
}

function send(method: Method, path: string, body: unknown): Promise<Response> {
  return fetch(`/auth/${path}`, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    headers: {
      Accept: 'application/json, application/problem+json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(unreachable)
}

function unreachable(cause: unknown): never {
  throw new AuthError('The server could not be reached. Check your connection and try again.', {
    reason: null,
    status: 0,
    cause,
  })
}

function errorOf(status: number, text: string): AuthError {
  const { reason, message, errors } = readProblem(text)
  return new AuthError(typeof message === 'string' ? message : `The server answered with status ${status}.`, {
    reason: typeof reason === 'string' ? reason : null,
    status,
    faults: Array.isArray(errors) ? errors.filter(isFault) : [],
  })
}

function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('message' in value)) return false
  return typeof value.path === 'string' && typeof value.message === 'string'
}

type Problem = { readonly reason?: unknown; readonly message?: unknown; readonly errors?: unknown }

function readProblem(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
