import { expect, test } from 'vitest'
import { isFiltering, noFilter, queryOf, readFilter, writeFilter, type KeyFilter } from './key-filter.ts'

const nowMs = Date.UTC(2026, 10, 21, 15, 30)

test.each<KeyFilter>([
  noFilter,
  { ...noFilter, q: 'mk_live_a b&c' },
  { q: 'x', status: 'revoked', environment: 'test', projectId: 'prj_1', extra: 'never-used' },
])('%j stands in the address as it is', (filter) => {
  expect(readFilter(writeFilter(filter))).toEqual(filter)
  expect(isFiltering(filter)).toBe(filter !== noFilter)
})

test.each(['status=dead', 'environment=prod', 'only=everything', 'project=', 'q='])('%s says nothing', (search) => {
  expect(readFilter(new URLSearchParams(search))).toEqual(noFilter)
})

test('what is typed is cut where the interface takes no more', () => {
  expect(readFilter(new URLSearchParams({ q: 'x'.repeat(200) })).q).toHaveLength(100)
})

test.each([
  [{ extra: 'expiring' }, { status: 'active', expiresBefore: '2026-12-21T00:00:00.000Z' }],
  [
    { extra: 'expiring', status: 'revoked' },
    { status: 'revoked', expiresBefore: '2026-12-21T00:00:00.000Z' },
  ],
  [{ extra: 'never-used' }, { neverUsed: true }],
  [{ extra: 'never-expires' }, { neverExpires: true }],
  [
    { q: 'ci', projectId: 'web' },
    { q: 'ci', projectId: 'web' },
  ],
] as const)('%j is asked as %j', (change, query) => {
  expect(queryOf({ ...noFilter, ...change }, nowMs)).toEqual({ limit: 50, ...query })
})
