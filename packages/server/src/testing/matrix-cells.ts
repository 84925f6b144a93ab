import {
  roles,
  rows,
  type CallerSpec,
  type KeySpec,
  type PermissionList,
  type Row,
  type Target,
} from './access-oracle.ts'

/** One question: may this caller do this to that? */
export type Cell = { readonly operation: string; readonly caller: CallerSpec; readonly target: Target }

/** Every operation by every caller on every target. */
export function everyCell(operations: readonly string[]): readonly Cell[] {
  return operations.flatMap((operation) => {
    const row = rows[operation]
    if (row === undefined) throw new Error(`The oracle has no row for ${operation}: read API.md and write one`)
    return callersFor(row).flatMap((caller) =>
      targetsOf(operation, row)
        .filter((target) => target !== 'itself' || hasItself(operation, caller))
        .map((target) => ({ operation, caller, target })),
    )
  })
}

/** `size` of the cells, spread over all of them; all, where there are no more. */
export function sampleOf(cells: readonly Cell[], size: number): readonly Cell[] {
  if (size >= cells.length) return cells
  // A prime that is no factor of any number of cells we have: every step is another cell.
  const stride = 7919
  return Array.from({ length: size }, (_, index) => cells[(index * stride) % cells.length]).filter(
    (cell) => cell !== undefined,
  )
}

const everywhere: readonly Target[] = ['own', 'foreign project', 'foreign organization', 'absent']
const oneOfTheOrganization: readonly Target[] = ['own', 'foreign organization', 'absent']
const oneOfTheInstallation: readonly Target[] = ['own', 'absent']

const targetsByNoun: Readonly<Record<NonNullable<Row['names']>, readonly Target[]>> = {
  key: ['itself', ...everywhere],
  project: everywhere,
  user: oneOfTheOrganization,
  invitation: oneOfTheOrganization,
  webhook: oneOfTheOrganization,
  'organization member': oneOfTheOrganization,
  organization: oneOfTheInstallation,
  'operator key': oneOfTheInstallation,
}

function targetsOf(operation: string, { names }: Row): readonly Target[] {
  if (operation === 'mintApiKey') return ['none', ...everywhere]
  return names === undefined ? ['none'] : targetsByNoun[names]
}

/** Members own keys, and keys are some; of its own, a key that calls has one secret and is not given away here. */
function hasItself(operation: string, caller: CallerSpec): boolean {
  if (caller.kind === 'key') return operation !== 'endApiKeySecret' && operation !== 'transferApiKey'
  return (caller.kind === 'on behalf' || caller.kind === 'session') && caller.standing === 'active'
}

function callersFor({ permission }: Row): readonly CallerSpec[] {
  return [{ kind: 'nobody' }, { kind: 'unknown' }, ...operators, ...members, ...keysFor(permission)]
}

const operators: readonly CallerSpec[] = [true, false].flatMap((inside) =>
  [true, false].map((onlyVerify) => ({ kind: 'operator', inside, onlyVerify }) as const),
)

const members: readonly CallerSpec[] = (['on behalf', 'session'] as const).flatMap((kind) =>
  roles.flatMap((role) =>
    (['active', 'owner suspended', 'organization suspended'] as const).map((standing) => ({ kind, role, standing })),
  ),
)

function keysFor(permission: string | undefined): readonly KeySpec[] {
  return roles.flatMap((role) =>
    (['member', 'organization'] as const).flatMap((owner) => {
      const active = { kind: 'key', role, owner, environment: 'live', standing: 'active' } as const
      return [
        ...(['organization', 'project'] as const).flatMap((scope) => [
          ...listsFor(permission).map((permissions) => ({ ...active, scope, permissions })),
          { ...active, scope, permissions: null, environment: 'test' as const },
          { ...active, scope, permissions: null, standing: 'revoked' as const },
        ]),
        ...fallen(owner).map((standing) => ({
          ...active,
          scope: 'organization' as const,
          permissions: null,
          standing,
        })),
      ]
    }),
  )
}

function fallen(owner: 'member' | 'organization') {
  return owner === 'member'
    ? (['owner suspended', 'organization suspended'] as const)
    : (['organization suspended'] as const)
}

/** Subsets of the permissions: all by inheritance and by name, none, what is needed, and everything else. */
function listsFor(permission: string | undefined): readonly PermissionList[] {
  const always: readonly PermissionList[] = [null, [], ['*'], ['*:read'], ['api_keys:*', 'projects:*']]
  return permission === undefined ? always : [...always, [permission], others.filter((name) => name !== permission)]
}

/** Written out here, because the contract of one installation takes `organization:write` from every key. */
const others = [
  'api_keys:read',
  'api_keys:write',
  'audit_events:read',
  'organization:read',
  'projects:delete',
  'projects:read',
  'projects:write',
  'usage:read',
  'users:invite',
  'users:read',
  'users:write',
  'webhooks:read',
  'webhooks:write',
]
