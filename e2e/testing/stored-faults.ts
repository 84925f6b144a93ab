import { chainOrigin, checkChain } from '@mintmark/core'
import type { Ledger, LedgerKey } from './ledger.ts'
import type { Stored } from './stored.ts'

/** What is wrong with the tables by themselves: each change has its event, each event its change, the chain is whole. */
export function contradictionsIn(stored: Stored, organizationId: string): string[] {
  const { keys, secrets, events, mints } = stored
  const of = (action: string) => events.filter((event) => event.action === action).map(({ targetId }) => targetId)
  const faults: string[] = []
  const origin = { sequence: 0, digest: chainOrigin(stored.installationId) }
  const check = checkChain(organizationId, origin, events, stored.head)
  if (!check.whole) faults.push(`the chain is broken at ${check.sequence}: ${check.fault}`)
  faults.push(
    ...differences(
      'keys and their minting',
      keys.map(({ id }) => id),
      of('api_key.created'),
    ),
  )
  const revoked = keys.filter(({ isRevoked }) => isRevoked).map(({ id }) => id)
  faults.push(...differences('revoked keys and revocations', revoked, of('api_key.revoked')))
  const secretsAndKeys = [...keys.map(({ id }) => id), ...of('api_key.rotated')]
  faults.push(
    ...differences(
      'secrets, and mints and rotations',
      secrets.map(({ keyId }) => keyId),
      secretsAndKeys,
    ),
  )
  const ever = keys.length + of('api_key.deleted').length
  if (mints !== ever) faults.push(`${mints} mints are logged, and ${ever} keys are there or were deleted`)
  return faults
}

/** What the client was told, and the tables do not have; and what they have that nobody asked for. */
export function lossesFrom(stored: Stored, ledger: Ledger): string[] {
  const faults = ledger.keys.flatMap((key) => lossesOf(key, stored))
  const names = new Set(ledger.keys.map(({ name }) => name))
  for (const { name } of stored.keys) if (!names.has(name)) faults.push(`${name}: nobody asked for it`)
  const deleted = stored.events.filter(({ action }) => action === 'api_key.deleted').length
  const sent = ledger.keys.filter(({ deletion }) => deletion !== 'none').length
  const acknowledged = ledger.keys.filter(({ deletion }) => deletion === 'acknowledged').length
  if (deleted < acknowledged || deleted > sent) faults.push(`${deleted} deletions, of ${acknowledged} to ${sent}`)
  return faults
}

function lossesOf({ name, mint, rotations, revocation, deletion, secretIds }: LedgerKey, stored: Stored): string[] {
  const found = stored.keys.filter((key) => key.name === name)
  const [key] = found
  if (found.length > 1) return [`${name}: minted ${found.length} times`]
  if (key === undefined) {
    return mint === 'acknowledged' && deletion === 'none' ? [`${name}: its mint is lost`] : []
  }
  const faults: string[] = []
  if (deletion === 'acknowledged') faults.push(`${name}: its deletion is lost`)
  if (revocation === 'acknowledged' && !key.isRevoked) faults.push(`${name}: its revocation is lost`)
  if (revocation === 'none' && key.isRevoked) faults.push(`${name}: nobody revoked it`)
  const secrets = new Set(stored.secrets.filter(({ keyId }) => keyId === key.id).map(({ id }) => id))
  for (const id of secretIds) if (!secrets.has(id)) faults.push(`${name}: a secret is lost`)
  const acknowledged = rotations.filter((state) => state === 'acknowledged').length
  const rotated = secrets.size - 1
  if (rotated < acknowledged || rotated > rotations.length) {
    faults.push(`${name}: rotated ${rotated} times, of ${acknowledged} to ${rotations.length}`)
  }
  return faults
}

/** Ids, each as often as it comes. */
function differences(what: string, left: readonly string[], right: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const id of left) counts.set(id, (counts.get(id) ?? 0) + 1)
  for (const id of right) counts.set(id, (counts.get(id) ?? 0) - 1)
  return [...counts].flatMap(([id, count]) => (count === 0 ? [] : [`${what} differ by ${count} for ${id}`]))
}
