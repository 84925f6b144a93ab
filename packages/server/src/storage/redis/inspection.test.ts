import { describe, expect, test } from 'vitest'
import { judgeServers, UnsuitableRedis } from './inspection.ts'

const info = (change: Readonly<Record<string, string>> = {}) =>
  Object.entries({
    redis_version: '7.0.15',
    redis_mode: 'standalone',
    maxmemory_policy: 'noeviction',
    role: 'master',
    ...change,
  })
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('')

describe('inspecting Redis', () => {
  test('finds nothing to say about a suitable one', () => {
    expect(judgeServers([`# Server\r\n${info()}`], false)).toEqual([])
    expect(judgeServers([info({ redis_mode: 'cluster' }), info({ redis_mode: 'cluster' })], true)).toEqual([])
  })

  test('warns once of servers that evict', () => {
    const evicting = info({ maxmemory_policy: 'allkeys-lru' })
    expect(judgeServers([evicting, info(), evicting], true)).toEqual([expect.stringContaining('allkeys-lru')])
  })

  test('warns of a policy that it may not read, and of an old version', () => {
    expect(judgeServers(['role:master\r\nredis_version:6.2.1\r\n'], false)).toEqual([
      expect.stringContaining('6.2.1'),
      expect.stringContaining('unknown'),
    ])
  })

  test('refuses a replica', () => {
    expect(() => judgeServers([info(), info({ role: 'slave' })], true)).toThrow(UnsuitableRedis)
  })

  test('refuses a server of a cluster that is addressed as a single one', () => {
    expect(() => judgeServers([info({ redis_mode: 'cluster' })], false)).toThrow('redis+cluster://')
  })
})
