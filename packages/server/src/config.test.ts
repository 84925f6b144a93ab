import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig, type Environment } from './config.ts'

function mistakesOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes
    throw error
  }
}

describe('the environment', () => {
  test('may say nothing: one process on loopback, SQLite', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 6468,
      publicUrl: 'http://127.0.0.1:6468',
      databaseUrl: null,
      redisUrl: null,
      whenLimiterUnavailable: 'local',
      trustedProxies: [],
    })
  })

  test('may be empty where it says nothing', () => {
    expect(readConfig({ MINTMARK_PORT: '', MINTMARK_REDIS_URL: '' })).toMatchObject({ port: 6468, redisUrl: null })
  })

  test('names an IPv6 host as a URL does', () => {
    expect(readConfig({ MINTMARK_HOST: '::1' }).publicUrl).toBe('http://[::1]:6468')
  })

  test.each([
    ['MINTMARK_PORT', 'http'],
    ['MINTMARK_PORT', '70000'],
    ['MINTMARK_PORT', '-1'],
    ['MINTMARK_PORT', '0x50'],
    ['MINTMARK_PORT', ' 80'],
    ['MINTMARK_DATABSE_URL', 'postgres://localhost/x'],
    ['MINTMARK_TRUSTED_PROXY', '10.0.0.0/8'],
    ['MINTMARK_PUBLIC_URL', 'keys.example.com'],
    ['MINTMARK_DATABASE_URL', 'mysql://localhost/x'],
    ['MINTMARK_REDIS_URL', 'localhost:6379'],
    ['MINTMARK_CONTRACT', '/nowhere/contract.json'],
    ['MINTMARK_WHEN_LIMITER_UNAVAILABLE', 'allow'],
    ['MINTMARK_TRUSTED_PROXIES', '10.0.0.0/8,all'],
  ])('%s=%s is refused by name', (name, value) => {
    const mistakes = mistakesOf({
      [name]: value,
      ...(name === 'MINTMARK_REDIS_URL' && { MINTMARK_DATABASE_URL: 'postgres://localhost/x' }),
    })
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toContain(name)
  })

  test('is told every mistake at once, and no password', () => {
    const mistakes = mistakesOf({ MINTMARK_PORT: 'x', MINTMARK_DATABASE_URL: 'mysql://me:hunter2@localhost/x' })
    expect(mistakes).toHaveLength(2)
    expect(mistakes.join()).not.toContain('hunter2')
  })

  test('may hold what is meant for others: the command line, the tests, a later version', () => {
    const others = ['MINTMARK_SERVER', 'MINTMARK_API_KEY', 'MINTMARK_RELEASE', 'MINTMARK_METRICS_PORT']
    expect(mistakesOf(Object.fromEntries(others.map((name) => [name, 'x'])))).toEqual([])
  })

  test('needs PostgreSQL for Redis', () => {
    expect(mistakesOf({ MINTMARK_REDIS_URL: 'redis://localhost' })[0]).toContain('MINTMARK_DATABASE_URL')
  })

  test('names the place of a contract’s mistakes', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'mintmark-')), 'contract.json')
    writeFileSync(path, '{"keys":{"prefixes":{"live":"sk_live_"}},"defaultTier":"gold"}')
    const mistakes = mistakesOf({ MINTMARK_CONTRACT: path })
    expect(mistakes.some((mistake) => mistake.startsWith(`${path}: keys.prefixes.live: `))).toBe(true)
    expect(mistakes.some((mistake) => mistake.startsWith(`${path}: defaultTier: `))).toBe(true)
  })
})
