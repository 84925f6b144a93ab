import type { Contract, Environment } from '@mintmark/core'
import { parseNetwork } from '../addresses.ts'
import type { Rights } from '../holder.ts'
import type { RateLimit } from '../ports/organizations.ts'
import { invalid, refuse } from '../refused.ts'

/** Bounds of what a key carries. */
export const maxNameLength = 100
export const maxPermissions = 100
export const maxAllowedNetworks = 100
export const maxMetadataEntries = 50
export const maxMetadataNameLength = 40
export const maxMetadataValueLength = 500
const dayMs = 24 * 60 * 60 * 1000
/** The end of the year 9999: RFC 3339 has four digits for a year. */
export const latestTimeMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Text that every store and every log can hold: no control characters, no half of a surrogate pair. */
export function requireText(path: string, text: string, maxLength: number): void {
  if (text.trim() === '' || isLongerThan(text, maxLength)) throw invalid(path, `Give 1 to ${maxLength} characters.`)
  requirePlain(path, text)
}

/** Counts characters as a JSON schema does (`maxLength`): one outside of the basic plane is one, not two. */
export function isLongerThan(text: string, maxLength: number): boolean {
  return text.length > maxLength && (text.length > 2 * maxLength || Array.from(text).length > maxLength)
}

function requirePlain(path: string, text: string): void {
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) throw invalid(path, 'Control characters are not allowed.')
}

/** What is looked for can be in a text: no store has others, and PostgreSQL takes none. */
export function requireSearchable(path: string, text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw invalid(path, 'No text has these characters.')
}

export function requireScope(scope: 'organization' | 'project' | undefined, projectId: string | undefined): void {
  const isProject = scope === 'project'
  if (isProject && projectId === undefined) throw invalid('projectId', 'Scope project needs a projectId.')
  if (!isProject && projectId !== undefined) throw invalid('projectId', 'Give a projectId with scope project only.')
}

/** Every name must stand for something in the contract now: a later one must not give it a meaning by surprise. */
export function requirePermissions(rights: Rights, permissions: readonly string[] | null): void {
  if (permissions === null) return
  if (permissions.length > maxPermissions) throw invalid('permissions', `At most ${maxPermissions} permissions.`)
  permissions.forEach((name, index) => {
    const path = `permissions[${index}]`
    if (!rights.catalogue.isGrantable(name)) {
      throw invalid(path, `There is no permission ${JSON.stringify(name)} in the contract.`)
    }
    if (permissions.indexOf(name) !== index) throw invalid(path, `${JSON.stringify(name)} is named twice.`)
    if (rights.neverByKey.has(name)) throw refuse('forbidden', `Keys cannot be used for ${name}.`)
  })
}

/** In the future, and within the contract's longest life, which also forbids keys that never expire. */
export function requireExpiry(contract: Contract, expiresAtMs: number | null, nowMs: number, bornAtMs: number): void {
  const { maxLifetimeDays } = contract.minting
  if (expiresAtMs !== null && expiresAtMs <= nowMs) throw invalid('expiresAt', 'Give a time in the future.')
  if (expiresAtMs !== null && !(Number.isInteger(expiresAtMs) && expiresAtMs <= latestTimeMs)) {
    throw invalid('expiresAt', 'Give whole milliseconds, up to the end of the year 9999, or null.')
  }
  if (maxLifetimeDays === null) return
  if (expiresAtMs === null || expiresAtMs > bornAtMs + maxLifetimeDays * dayMs) {
    throw invalid('expiresAt', `A key lives ${maxLifetimeDays} days at most. Give a time within that.`)
  }
}

export function requireEnvironment(contract: Contract, environment: Environment): void {
  if (environment === 'test' && contract.keys.prefixes.test === null) {
    throw invalid('environment', 'This contract has no test keys. Use live.')
  }
}

export function requireAllowlist(ipAllowlist: readonly string[] | null): void {
  if (ipAllowlist === null) return
  if (ipAllowlist.length === 0 || ipAllowlist.length > maxAllowedNetworks) {
    throw invalid('ipAllowlist', `Give 1 to ${maxAllowedNetworks} networks, or null to allow every address.`)
  }
  ipAllowlist.forEach((text, index) => {
    if (parseNetwork(text) === null) {
      throw invalid(`ipAllowlist[${index}]`, 'Write a network such as 192.0.2.0/24, 2001:db8::/32, or one address.')
    }
  })
}

export function requireMetadata(metadata: Readonly<Record<string, string>>): void {
  const entries = Object.entries(metadata)
  if (entries.length > maxMetadataEntries) throw invalid('metadata', `At most ${maxMetadataEntries} entries.`)
  for (const [name, value] of entries) {
    requireText('metadata', name, maxMetadataNameLength)
    // As in every body of JSON: a literal of GraphQL is none.
    if (name === '__proto__') throw invalid('metadata', 'No field may be called __proto__.')
    const path = `metadata.${name}`
    if (isLongerThan(value, maxMetadataValueLength))
      throw invalid(path, `At most ${maxMetadataValueLength} characters.`)
    if (!value.isWellFormed() || value.includes('\0')) throw invalid(path, 'This text cannot be stored.')
  }
}

/** Only the operator sets a key's own limit: it is what the customer pays for. */
export function requireMaySetRateLimit(isOperator: boolean, rateLimit: RateLimit | null | undefined): void {
  if (rateLimit !== undefined && !isOperator)
    throw refuse('forbidden', 'Only the operator sets the rateLimit of a key.')
}
