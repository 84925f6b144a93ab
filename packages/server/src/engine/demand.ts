import type { Contract, Demand, Environment, PermissionCatalogue, PermissionDemand } from '@mintmark/core'
import { invalid } from './refused.ts'

/** A demand as callers write it (API.md section 5). */
export type DemandInput = {
  readonly permission?: string | { readonly all: readonly string[] } | { readonly any: readonly string[] }
  readonly roles?: readonly string[]
  readonly projectId?: string
  readonly organizationWide?: boolean
  readonly environment?: Environment
}

/** Names in one demand, at most. */
export const maxDemandedNames = 100

/** Checks what a caller demands against the contract. Throws 400 for a permission or role that does not exist. */
export function createParseDemand(contract: Contract, catalogue: PermissionCatalogue): (input: DemandInput) => Demand {
  // One demand object for each permission of the contract: the catalogue bounds it.
  const single = new Map(catalogue.names.map((name) => [name, { all: [name] } satisfies PermissionDemand]))

  function parsePermission(permission: NonNullable<DemandInput['permission']>): PermissionDemand {
    if (typeof permission === 'string') {
      const known = single.get(permission)
      if (known === undefined) throw unknownPermission('permission', permission)
      return known
    }
    const [list, path] = 'all' in permission ? [permission.all, 'permission.all'] : [permission.any, 'permission.any']
    if (list.length === 0 || list.length > maxDemandedNames) {
      throw invalid(path, `Name 1 to ${maxDemandedNames} permissions.`)
    }
    list.forEach((name, index) => {
      if (!catalogue.has(name)) throw unknownPermission(`${path}[${index}]`, name)
    })
    return permission
  }

  return (input) => {
    for (const [index, role] of (input.roles ?? []).entries()) {
      if (!Object.hasOwn(contract.roles, role)) {
        throw invalid(`roles[${index}]`, `There is no role ${JSON.stringify(role)} in the contract.`)
      }
    }
    return {
      permission: input.permission === undefined ? null : parsePermission(input.permission),
      roles: input.roles ?? null,
      projectId: input.projectId ?? null,
      organizationWide: input.organizationWide ?? false,
      environment: input.environment ?? null,
    }
  }
}

function unknownPermission(path: string, name: string) {
  return invalid(
    path,
    `There is no permission ${JSON.stringify(name)} in the contract. Name one in full: aliases and wildcards cannot be demanded.`,
  )
}
