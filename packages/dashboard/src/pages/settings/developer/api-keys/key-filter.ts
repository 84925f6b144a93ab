const dayMs = 24 * 60 * 60 * 1000
const expiringWithinMs = 30 * dayMs

export const extraFilters = ['expiring', 'never-used', 'never-expires'] as const
export type ExtraFilter = (typeof extraFilters)[number]
export const keyStatuses = ['active', 'revoked', 'expired'] as const
export type KeyStatus = (typeof keyStatuses)[number]
export const environments = ['live', 'test'] as const
export type Environment = (typeof environments)[number]

/** Which keys are shown. It stands in the address, so that it can be sent to somebody, and survives signing in again. */
export type KeyFilter = {
  readonly q: string
  readonly status: KeyStatus | null
  readonly environment: Environment | null
  readonly projectId: string | null
  readonly extra: ExtraFilter | null
}

export const noFilter: KeyFilter = { q: '', status: null, environment: null, projectId: null, extra: null }

/** What an address says of it; what it says otherwise counts for nothing. */
export function readFilter(search: URLSearchParams): KeyFilter {
  return {
    q: (search.get('q') ?? '').slice(0, 100),
    status: oneOf(keyStatuses, search.get('status')),
    environment: oneOf(environments, search.get('environment')),
    projectId: search.get('project') === '' ? null : search.get('project'),
    extra: oneOf(extraFilters, search.get('only')),
  }
}

export function writeFilter({ q, status, environment, projectId, extra }: KeyFilter): URLSearchParams {
  const entries = Object.entries({ q, status, environment, project: projectId, only: extra })
  return new URLSearchParams(
    entries.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, value]])),
  )
}

/** The same as the interface asks it (`GET /v1/api-keys`). Whole days, so that the question stays the same for a day. */
export function queryOf({ q, status, environment, projectId, extra }: KeyFilter, nowMs: number) {
  const soon = new Date(Math.floor((nowMs + expiringWithinMs) / dayMs) * dayMs).toISOString()
  return {
    limit: 50,
    ...(q !== '' && { q }),
    ...(status !== null && { status }),
    ...(environment !== null && { environment }),
    ...(projectId !== null && { projectId }),
    // What has expired is not expiring.
    ...(extra === 'expiring' && { status: status ?? ('active' as const), expiresBefore: soon }),
    ...(extra === 'never-used' && { neverUsed: true }),
    ...(extra === 'never-expires' && { neverExpires: true }),
  }
}

export function isFiltering(filter: KeyFilter): boolean {
  return writeFilter(filter).size > 0
}

function oneOf<Value extends string>(values: readonly Value[], text: string | null): Value | null {
  return values.find((value) => value === text) ?? null
}
