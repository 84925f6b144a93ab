import { expect, test } from 'vitest'
import { stateOfOld, type Secret } from './secret-state.ts'

const nowMs = Date.UTC(2026, 10, 21, 12)
const minuteMs = 60_000

const used = (minutesAgo: number | null): Secret => ({
  id: 'sec_1',
  prefix: 'mk_live_a',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: minutesAgo === null ? null : new Date(nowMs - minutesAgo * minuteMs).toISOString(),
  lastUsedIp: null,
  lastUsedAgent: null,
})

test.each([
  // older, newer, in minutes before now
  [120, null, 'waiting'],
  [null, null, 'waiting'],
  [null, 1, 'quiet'],
  [59, 1, 'in use'],
  [60, 1, 'in use'],
  [61, 1, 'quiet'],
  [120, 121, 'in use'],
] as const)('used %j minutes ago, and the new one %j: %s', (older, newer, state) => {
  expect(stateOfOld(used(older), used(newer), nowMs)).toBe(state)
})
