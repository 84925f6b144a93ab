import { hint } from './contract-fields.ts'
import type { Contract } from './contract-terms.ts'
import { pathOf, quoted, type MistakeList } from './mistakes.ts'
import { builtInPermissions, createCatalogue } from './permissions.ts'

/** Permissions that exist already, aliases that stand for themselves, grants of what does not exist. */
export function lintGrants(contract: Contract, mistakes: MistakeList): void {
  lintPermissions(contract, mistakes)
  lintAliases(contract, mistakes)
  if (mistakes.isSoundAt('permissions', 'aliases')) lintGrantedNames(contract, mistakes)
}

function lintPermissions({ permissions }: Contract, mistakes: MistakeList): void {
  const builtIn: readonly string[] = builtInPermissions
  permissions.forEach((permission, index) => {
    if (!builtIn.includes(permission)) return
    mistakes.report(
      pathOf('permissions', index),
      `${quoted(permission)} is built in: remove it, or name your own otherwise`,
    )
  })
}

function lintAliases({ aliases }: Contract, mistakes: MistakeList): void {
  for (const alias of Object.keys(aliases)) {
    const cycle = findCycle(alias, aliases)
    if (cycle === null) continue
    mistakes.report(
      pathOf('aliases', alias),
      `stands for itself (${cycle.map(quoted).join(' -> ')}): take one of these out`,
    )
  }
}

/** The shortest way by which `alias` stands for itself, from it and back to it. */
function findCycle(alias: string, aliases: Contract['aliases']): readonly string[] | null {
  const cameFrom = new Map<string, string>()
  const reached = new Set([alias])
  for (const name of reached) {
    for (const inner of aliases[name] ?? []) {
      if (inner === alias) return wayTo(name, alias, cameFrom)
      if (!reached.has(inner)) cameFrom.set(inner, name)
      reached.add(inner)
    }
  }
  return null
}

function wayTo(last: string, alias: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [alias]
  for (let name: string | undefined = last; name !== undefined; name = cameFrom.get(name)) way.unshift(name)
  return way
}

function lintGrantedNames({ permissions, aliases, roles, neverByKey }: Contract, mistakes: MistakeList): void {
  const catalogue = createCatalogue({ permissions: permissions.filter((permission) => permission !== ''), aliases })
  const wildcards = catalogue.names.flatMap((name) => [name.replace(/:.*$/, ':*'), name.replace(/^.*:/, '*:')])
  const known = [...catalogue.names, ...Object.keys(aliases), ...new Set(wildcards)]
  const lint = (grants: readonly string[], path: string): void =>
    grants.forEach((grant, index) => {
      // An alias that stands for nothing has its mistake where it is defined.
      if (catalogue.isGrantable(grant) || Object.hasOwn(aliases, grant)) return
      const what = grant.includes('*') ? 'matches no permission' : 'is no permission and no alias'
      mistakes.report(pathOf(path, index), `${quoted(grant)} ${what} of this contract${hint(grant, known)}`)
    })
  for (const [alias, grants] of Object.entries(aliases)) lint(grants, pathOf('aliases', alias))
  for (const [role, grants] of Object.entries(roles)) lint(grants, pathOf('roles', role))
  lint(neverByKey, 'neverByKey')
}
