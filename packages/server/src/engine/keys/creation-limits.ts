import {
  isoSeconds,
  wholeSeconds,
  type Contract,
  type MessageValues,
  type OrganizationId,
  type UserId,
} from '@mintmark/core'
import type { Stores } from '../ports/storage.ts'
import { RefusedError } from '../refused.ts'
import { isoTimeOrNull } from './key-view.ts'

/** Any 24 hours. */
export const creationWindowMs = 24 * 60 * 60 * 1000

export type CreationLimits = {
  /** Keys that may still be minted now. */
  readonly remaining: number
  readonly limit: number
  /** When the next of the spent mints comes back; null when none is spent. */
  readonly resetAt: string | null
  readonly activeKeys: number
  readonly maxActiveKeys: number
}

/**
 * Refuses the mint that would be one more than `perMemberPerDay` in 24 hours, or than `activePerMember`.
 * Exact only under the member's lock, taken by an earlier statement of the same transaction (ALGORITHMS F).
 */
export async function requireMayCreate(
  contract: Contract,
  stores: Stores,
  organizationId: OrganizationId,
  userId: UserId,
  nowMs: number,
): Promise<void> {
  const limit = contract.minting.perMemberPerDay
  const { nthNewestAtMs } = await stores.mintLog.recent(organizationId, userId, {
    sinceMs: nowMs - creationWindowMs,
    nth: limit,
  })
  if (nthNewestAtMs !== null) {
    const resetAtMs = nthNewestAtMs + creationWindowMs
    throw new RefusedError(
      { reason: 'creation_limit', values: creationValues(contract, resetAtMs, nowMs) },
      { retryAfterMs: resetAtMs - nowMs },
    )
  }
  await requireRoomForActive(contract, stores, organizationId, userId, nowMs)
}

function creationValues(contract: Contract, resetAtMs: number, nowMs: number): MessageValues {
  const { perMemberPerDay: limit, activePerMember: maxActiveKeys } = contract.minting
  const retryAfterSeconds = wholeSeconds(resetAtMs - nowMs)
  return { limit, maxActiveKeys, retryAfterSeconds, resetAt: isoSeconds(resetAtMs) }
}

/** Refuses what would give the member one active key too many. Under his lock, like `requireMayCreate`. */
export async function requireRoomForActive(
  contract: Contract,
  stores: Stores,
  organizationId: OrganizationId,
  userId: UserId,
  nowMs: number,
): Promise<void> {
  const { room, maxActiveKeys } = await roomForActive(contract, stores, organizationId, userId, nowMs)
  if (room <= 0) throw new RefusedError({ reason: 'active_key_limit', values: { limit: maxActiveKeys, maxActiveKeys } })
}

/** How many more active keys the member may have. Exact under his lock; below zero where the limit was lowered. */
export async function roomForActive(
  contract: Contract,
  stores: Stores,
  organizationId: OrganizationId,
  userId: UserId,
  nowMs: number,
): Promise<{ readonly room: number; readonly maxActiveKeys: number }> {
  const maxActiveKeys = contract.minting.activePerMember
  const active = await countActive(contract, stores, organizationId, userId, nowMs)
  return { room: maxActiveKeys - active, maxActiveKeys }
}

export async function creationLimitsOf(
  contract: Contract,
  stores: Stores,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<CreationLimits> {
  const nowMs = await stores.nowMs()
  const limit = contract.minting.perMemberPerDay
  const recent = await stores.mintLog.recent(organizationId, userId, { sinceMs: nowMs - creationWindowMs, nth: limit })
  const nextBackAtMs = recent.nthNewestAtMs ?? recent.oldestAtMs
  return {
    remaining: Math.max(0, limit - recent.count),
    limit,
    resetAt: isoTimeOrNull(nextBackAtMs === null ? null : nextBackAtMs + creationWindowMs),
    activeKeys: await countActive(contract, stores, organizationId, userId, nowMs),
    maxActiveKeys: contract.minting.activePerMember,
  }
}

function countActive(
  contract: Contract,
  stores: Stores,
  organizationId: OrganizationId,
  userId: UserId,
  nowMs: number,
): Promise<number> {
  const countRevoked = contract.minting.revokedCountAsActive
  return stores.keys.countActive(organizationId, userId, { nowMs, countRevoked })
}
