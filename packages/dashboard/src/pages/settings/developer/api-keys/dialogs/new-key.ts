import { createCatalogue } from '@mintmark/core'
import type { Contract } from '@mintmark/sdk'
import type { Scope } from '../mintable-scopes.ts'
import type { Standing } from '../../../../../session/session-context.ts'

const dayMs = 24 * 60 * 60 * 1000

export const expiryPresets = ['7', '30', '90', '365', 'never', 'at'] as const
export type ExpiryPreset = (typeof expiryPresets)[number]

/** A key as it is filled in. */
export type NewKey = {
  readonly name: string
  readonly scope: Scope
  readonly projectId: string | null
  readonly environment: 'live' | 'test'
  /** Null: everything that the role may. */
  readonly permissions: readonly string[] | null
  readonly expiry: ExpiryPreset
  /** `2027-01-31`, with expiry `at`: works to the end of that day, where the person is. */
  readonly expiresOn: string
  /** One address or network a line. */
  readonly addresses: string
}

/** For a project, where there is one: nobody needs more than he asks for. */
export function emptyKey(scopes: readonly Scope[], contract: Contract, hasProjects: boolean): NewKey {
  const allowed = expiriesOf(contract)
  const expiry = (['90', '30', '7'] as const).find((preset) => allowed.includes(preset)) ?? 'at'
  return {
    name: '',
    scope: scopes.includes('organization') && !hasProjects ? 'organization' : (scopes.at(-1) ?? 'organization'),
    projectId: null,
    environment: 'live',
    permissions: [],
    expiry,
    expiresOn: '',
    addresses: '',
  }
}

/** How long a key may live under this contract. */
export function expiriesOf({ minting: { maxLifetimeDays } }: Contract): readonly ExpiryPreset[] {
  return expiryPresets.filter((preset) => {
    if (maxLifetimeDays === null || preset === 'at') return true
    return preset !== 'never' && Number(preset) <= maxLifetimeDays
  })
}

export type PermissionGroup = { readonly name: string; readonly permissions: readonly string[] }

/** What this member may give to a key, in groups of what it is about: the company's own first, in the contract's order. */
export function permissionGroups(contract: Contract, { effectivePermissions }: Standing): readonly PermissionGroup[] {
  const catalogue = createCatalogue(contract)
  const neverByKey = catalogue.expand(contract.neverByKey)
  const held = new Set(effectivePermissions)
  const names = [...new Set([...contract.permissions, ...catalogue.names])]
  const grantable = names.filter((name) => held.has(name) && !neverByKey.has(name))
  const groups = Map.groupBy(grantable, (name) => name.slice(0, name.indexOf(':')))
  return [...groups].map(([name, permissions]) => ({ name, permissions }))
}

/** The same as `POST /v1/api-keys` takes it. */
export function mintBodyOf(key: NewKey, nowMs: number) {
  const { name, scope, projectId, environment, permissions } = key
  const ipAllowlist = addressesOf(key.addresses)
  return {
    name: name.trim(),
    scope,
    environment,
    permissions,
    expiresAt: expiresAtOf(key, nowMs),
    ...(scope === 'project' && projectId !== null && { projectId }),
    ...(ipAllowlist !== null && { ipAllowlist }),
  }
}

/** Null: from everywhere. */
export function addressesOf(text: string): readonly string[] | null {
  const addresses = text.split(/[\s,;]+/).filter((address) => address !== '')
  return addresses.length === 0 ? null : addresses
}

function expiresAtOf({ expiry, expiresOn }: NewKey, nowMs: number): string | null {
  if (expiry === 'never') return null
  if (expiry === 'at') return new Date(`${expiresOn}T23:59:59.999`).toISOString()
  return new Date(nowMs + Number(expiry) * dayMs).toISOString()
}

/** What no field says by itself. */
export function isIncomplete({ name, scope, projectId, expiry, expiresOn }: NewKey): boolean {
  if (name.trim() === '' || (scope === 'project' && projectId === null)) return true
  return expiry === 'at' && Number.isNaN(Date.parse(expiresOn))
}
