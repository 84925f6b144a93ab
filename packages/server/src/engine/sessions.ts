import { createId, parseChosenId, sessionTokenFormat, type PlaintextKey } from '@mintmark/core'
import type { MemberCaller, OperatorCaller } from './caller.ts'
import { isoTime } from './keys/key-view.ts'
import type { Keyring } from './keyring.ts'
import type { Random } from './ports/clock.ts'
import { invalid, notFound, refuse } from './refused.ts'
import type { Done, IdempotentRequest, Mutate } from './unit-of-work.ts'

export const defaultSessionSeconds = 3600
export const maxSessionSeconds = 24 * 60 * 60

export type SessionInput = {
  readonly organizationId: string
  readonly userId: string
  /** 1 to 86400. */
  readonly ttlSeconds?: number
}

/** `token` is null where the answer is given again. */
export type SessionView = { readonly token: PlaintextKey | null; readonly expiresAt: string }

export type SessionUseCases = {
  /** For a page that embeds Mintmark: a short-lived credential of one active member. */
  create(caller: OperatorCaller, input: SessionInput, idempotency: IdempotentRequest | null): Promise<Done<SessionView>>
  /** Ends the session that calls. */
  end(caller: MemberCaller): Promise<void>
}

type Parts = { readonly mutate: Mutate; readonly random: Random; readonly keyring: Keyring }

export function createSessions(parts: Parts): SessionUseCases {
  const { mutate, random, keyring } = parts
  return {
    async create(caller, input, idempotency) {
      const ttlSeconds = input.ttlSeconds ?? defaultSessionSeconds
      if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > maxSessionSeconds) {
        throw invalid('ttlSeconds', `Give a whole number from 1 to ${maxSessionSeconds}.`)
      }
      const organizationId = parseChosenId('org', input.organizationId)
      const userId = parseChosenId('usr', input.userId)
      if (organizationId === null || userId === null) throw notFound()
      return mutate<SessionView>({
        caller,
        tenant: organizationId,
        chain: organizationId,
        idempotency,
        async replay(stores, resourceId) {
          const session = await stores.sessions.find(organizationId, resourceId)
          return session === null ? null : { token: null, expiresAt: isoTime(session.expiresAtMs) }
        },
        async work({ stores, nowMs, tell }) {
          const member = await stores.members.lock(organizationId, userId)
          if (member === null) throw notFound()
          if (member.status !== 'active') throw refuse('conflict', 'This member is suspended.')
          const createdAtMs = await nowMs()
          const expiresAtMs = createdAtMs + ttlSeconds * 1000
          const id = createId('ses', random)
          const token = sessionTokenFormat.mint('live', random)
          const { current } = keyring.digesters
          const digest = current.digest(token)
          const pepperVersion = current.version
          await stores.sessions.insert({ id, organizationId, userId, createdAtMs, expiresAtMs, digest, pepperVersion })
          const changes = { sessionId: id, expiresAtMs }
          await tell({ action: 'session.created', target: { type: 'member', id: userId }, changes })
          return { result: { token, expiresAt: isoTime(expiresAtMs) }, resourceId: id }
        },
      })
    },
    async end(caller) {
      const { sessionId, organizationId, userId } = caller
      if (sessionId === null) throw refuse('invalid_request', 'Only a session can end itself: send its token.')
      await mutate({
        caller,
        async work({ stores, nowMs, tell }) {
          stores.mustFit()
          if (await stores.sessions.end(organizationId, sessionId, await nowMs())) {
            await tell({ action: 'session.ended', target: { type: 'member', id: userId }, changes: { sessionId } })
          }
          return { result: null, resourceId: null }
        },
      })
    },
  }
}
