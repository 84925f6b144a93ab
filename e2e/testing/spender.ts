import { call, expectCall, type Answer } from './client.ts'
import { createOrganization, type Installation } from './installation.ts'
import { urlOf } from './storages.ts'
import type { Spending } from './window-checker.ts'

export type RateLimit = { readonly limit: number; readonly windowSeconds: number }

/** The ways in which a key's window is spent from. `me` and `forward-auth` cost one. */
export const doors = ['verify', 'me', 'forward-auth'] as const
export type Door = (typeof doors)[number]

export type Spent = Spending & { readonly remaining: number; readonly retryAfterSeconds: number }

type Organization = Awaited<ReturnType<typeof createOrganization>>

export type Request = { readonly turn: number; readonly door: Door; readonly cost?: number }

/** A key whose window is spent from, on any node and through any door. */
export type Spender = {
  readonly id: string
  readonly secret: string
  readonly organizationId: string
  /** Throws for any answer but admitted, refused by the window, and 503. */
  spend(request: Request): Promise<Spent>
}

/**
 * A key with every right in an organization, by default a new one, and a limit of its own, or, without one, the
 * organization's.
 */
export async function createSpender(
  installation: Installation,
  options: { readonly own?: RateLimit; readonly organizationLimit?: RateLimit; readonly in?: Organization },
): Promise<Spender> {
  const { url, operatorKey: key } = installation
  const { own = null, organizationLimit: rateLimit } = options
  const organization =
    options.in ?? (await createOrganization(installation, { roles: [], ...(rateLimit !== undefined && { rateLimit }) }))
  const body = { name: 'spender', owner: 'organization', role: 'admin', rateLimit: own }
  const minted = await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers: organization.acting(), body })
  const secret: string = minted.key
  return {
    id: minted.id,
    secret,
    organizationId: organization.id,
    async spend({ turn, door, cost = 1 }) {
      const sentMs = performance.now()
      const answer = await ask[door](installation, turn, secret, cost)
      const receivedMs = performance.now()
      return { cost, sentMs, receivedMs, ...read[door](answer) }
    },
  }
}

type Outcome = Pick<Spent, 'outcome' | 'remaining' | 'retryAfterSeconds'>

const ask: Record<Door, (on: Installation, turn: number, secret: string, cost: number) => Promise<Answer>> = {
  verify: async (on, turn, secret, cost) =>
    call(urlOf(on, turn), 'POST', '/v1/verify', { key: on.operatorKey, body: { key: secret, cost } }),
  me: async (on, turn, secret) => call(urlOf(on, turn), 'GET', '/v1/me', { key: secret }),
  'forward-auth': async (on, turn, secret) => call(urlOf(on, turn), 'GET', '/v1/forward-auth', { key: secret }),
}

const read: Record<Door, (answer: Answer) => Outcome> = {
  verify: readVerdict,
  me: readHeaders,
  'forward-auth': readHeaders,
}

function readVerdict({ status, text, body }: Answer): Outcome {
  if (status === 503) return unknown
  const isRefused = body?.reason === 'rate_limit'
  if (status !== 200 || (body.valid !== true && !isRefused)) throw new Error(`verify: ${status} ${text}`)
  const { remaining, retryAfterSeconds } = body.rateLimit
  return { outcome: isRefused ? 'refused' : 'admitted', remaining, retryAfterSeconds }
}

function readHeaders({ status, text, headers }: Answer): Outcome {
  if (status === 503) return unknown
  if (status !== 200 && status !== 429) throw new Error(`${status} ${text}`)
  return {
    outcome: status === 429 ? 'refused' : 'admitted',
    remaining: Number(headers.get('x-ratelimit-remaining')),
    retryAfterSeconds: Number(headers.get('retry-after')),
  }
}

const unknown: Outcome = { outcome: 'unknown', remaining: 0, retryAfterSeconds: 1 }
