import type { Contract } from './contract-terms.ts'
import { PermissionSet, type PermissionOrder } from './permission-set.ts'

export type { PermissionSet }

/** The permissions of Mintmark's own endpoints. They exist under every contract. */
export const builtInPermissions = [
  'api_keys:read',
  'api_keys:write',
  'audit_events:read',
  'organization:read',
  'organization:write',
  'projects:delete',
  'projects:read',
  'projects:write',
  'usage:read',
  'users:invite',
  'users:read',
  'users:write',
  'webhooks:read',
  'webhooks:write',
] as const
export type BuiltInPermission = (typeof builtInPermissions)[number]

/** Every permission of a contract, and what the names written on roles and keys stand for. */
export interface PermissionCatalogue {
  /** All permissions, sorted. */
  readonly names: readonly string[]
  readonly all: PermissionSet
  readonly none: PermissionSet
  /** Whether `name` is a permission, written out: no alias, no wildcard. */
  readonly has: (name: string) => boolean
  /** Whether `name` may be granted: a permission, an alias, or a wildcard that stands for at least one permission. */
  readonly isGrantable: (name: string) => boolean
  /** What `names` stand for together. A name that the contract does not have stands for nothing. */
  readonly expand: (names: readonly string[]) => PermissionSet
}

/**
 * Wildcards: `*` is everything, `sites:*` all that begins with `sites:`, `*:read` all that ends with `:read`.
 * A `*` in any other place stands for nothing.
 */
function matchesWildcard(wildcard: string, permission: string): boolean {
  if (wildcard === '*') return true
  if (wildcard.endsWith(':*')) return permission.startsWith(wildcard.slice(0, -1))
  return wildcard.startsWith('*:') && permission.endsWith(wildcard.slice(1))
}

export function createCatalogue(contract: Pick<Contract, 'permissions' | 'aliases'>): PermissionCatalogue {
  const names = [...new Set([...builtInPermissions, ...contract.permissions])].sort()
  const order: PermissionOrder = { names, indexByName: new Map(names.map((name, index) => [name, index])) }
  const all = PermissionSet.of(order, names.keys())
  const none = PermissionSet.of(order, [])
  const grants = new Map<string, PermissionSet>()

  for (const name of Object.keys(contract.aliases)) {
    grants.set(name, PermissionSet.of(order, indexesOf(reachableNames(name, contract.aliases), order)))
  }

  // Only names that stand for something are kept, and of those a catalogue has finitely many. Lists are not: uniting
  // the sets of three names takes 100 ns, looking up their joined list 190.
  function expandOne(name: string): PermissionSet {
    const known = grants.get(name)
    if (known !== undefined) return known
    const expanded = PermissionSet.of(order, indexesOf([name], order))
    if (!expanded.isEmpty) grants.set(name, expanded)
    return expanded
  }

  return {
    names: Object.freeze(names),
    all,
    none,
    has: (name) => order.indexByName.has(name),
    isGrantable: (name) => !expandOne(name).isEmpty,
    expand: (list) => PermissionSet.unionOf(order, list.map(expandOne)),
  }
}

/** The names that are left when `alias` and the aliases in it are written out. A cycle ends where it closes. */
function reachableNames(alias: string, aliases: Contract['aliases']): Set<string> {
  const reached = new Set([alias])
  // A set visits what is added to it during the walk.
  for (const name of reached) for (const inner of aliases[name] ?? []) reached.add(inner)
  return reached
}

function indexesOf(grants: Iterable<string>, order: PermissionOrder): Set<number> {
  const indexes = new Set<number>()
  for (const grant of grants) {
    const exact = order.indexByName.get(grant)
    if (exact !== undefined) indexes.add(exact)
    else if (grant.includes('*')) {
      order.names.forEach((name, index) => matchesWildcard(grant, name) && indexes.add(index))
    }
  }
  return indexes
}
