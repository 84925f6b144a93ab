import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
      metricsPort: null,
      usageRetentionDays: 400,
      auditRetentionDays: null,
    })
  })

  test('may say for how long what is kept', () => {
    const days = { MINTMARK_USAGE_RETENTION_DAYS: '1', MINTMARK_AUDIT_RETENTION_DAYS: '3660' }
    expect(readConfig(days)).toMatchObject({ usageRetentionDays: 1, auditRetentionDays: 3_660 })
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
    ['MINTMARK_METRICS_PORT', 'yes'],
    ['MINTMARK_USAGE_RETENTION_DAYS', '0'],
    ['MINTMARK_USAGE_RETENTION_DAYS', '3661'],
    ['MINTMARK_AUDIT_RETENTION_DAYS', 'forever'],
    ['MINTMARK_AUDIT_RETENTION_DAYS', '1.5'],
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

  test('may say how mail is sent, and by whom: both or neither', () => {
    const mail = {
      MINTMARK_SMTP_URL: 'smtp://user:secret@mail.example.com',
      MINTMARK_MAIL_FROM: 'Keys <k@example.com>',
    }
    expect(readConfig(mail).mail).toEqual({ url: mail.MINTMARK_SMTP_URL, from: mail.MINTMARK_MAIL_FROM })
    for (const wrong of [
      { MINTMARK_SMTP_URL: mail.MINTMARK_SMTP_URL },
      { MINTMARK_MAIL_FROM: mail.MINTMARK_MAIL_FROM },
      { ...mail, MINTMARK_SMTP_URL: 'mail.example.com' },
      { ...mail, MINTMARK_MAIL_FROM: 'Keys' },
      { ...mail, MINTMARK_MAIL_FROM: 'k@example.com\r\nBcc: all@example.com' },
    ]) {
      const mistakes = mistakesOf(wrong)
      expect(mistakes).not.toEqual([])
      expect(mistakes.join()).not.toContain('secret')
    }
  })

  test('may name providers that people sign in by, in a file that only its owner reads', () => {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-oidc-'))
    const path = join(directory, 'providers.json')
    const provider = {
      id: 'acme',
      name: 'Acme SSO',
      issuer: 'https://sso.example.com',
      clientId: 'mintmark',
      clientSecret: 'of the tests',
    }
    const read = (json: unknown, mode = 0o600) => {
      writeFileSync(path, JSON.stringify(json))
      chmodSync(path, mode)
      return mistakesOf({ MINTMARK_OIDC: path })
    }
    expect(read([provider])).toEqual([])
    expect(readConfig({ MINTMARK_OIDC: path }).openId).toEqual([provider])
    expect(read([provider], 0o644).join()).toContain('chmod 600')
    for (const wrong of [
      provider,
      'acme',
      [{ ...provider, id: 'a/b' }],
      [{ ...provider, issuer: 'http://sso.example.com' }],
      [{ ...provider, clientSecret: undefined }],
      [{ ...provider, secret: 'x' }],
      [provider, provider],
    ]) {
      expect(read(wrong)).toHaveLength(1)
    }
    rmSync(directory, { recursive: true })
  })

  test('may hold what is meant for others: the command line, the tests, a later version', () => {
    const others = ['MINTMARK_SERVER', 'MINTMARK_API_KEY', 'MINTMARK_RELEASE', 'MINTMARK_LATER_URL']
    expect(mistakesOf(Object.fromEntries(others.map((name) => [name, 'x'])))).toEqual([])
  })

  test('needs PostgreSQL for Redis', () => {
    expect(mistakesOf({ MINTMARK_REDIS_URL: 'redis://localhost' })[0]).toContain('MINTMARK_DATABASE_URL')
  })

  test.each([
    'redis://127.0.0.1:6379',
    'redis+cluster://127.0.0.1:7001,127.0.0.1:7002',
    'rediss+cluster://:p%40ss@a,b:1',
  ])('takes Redis as the README has it: %s', (redisUrl) => {
    const database = { MINTMARK_DATABASE_URL: 'postgres://mintmark@127.0.0.1/mintmark' }
    expect(readConfig({ ...database, MINTMARK_REDIS_URL: redisUrl }).redisUrl).toBe(redisUrl)
  })

  test.each(['http://cache', 'redis://a,b', 'redis://:hunter2@cache:port', 'redis://a%@cache'])(
    'says what is wrong with a Redis URL, and repeats none: %s',
    (redisUrl) => {
      const [mistake] = mistakesOf({ MINTMARK_REDIS_URL: redisUrl })
      expect(mistake).toMatch(/^MINTMARK_REDIS_URL: .+\.$/)
      expect(mistake).not.toContain(redisUrl)
      expect(mistake).not.toContain('hunter2')
    },
  )

  test('names the place of a contract’s mistakes', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'mintmark-')), 'contract.json')
    writeFileSync(path, '{"keys":{"prefixes":{"live":"sk_live_"}},"defaultTier":"gold"}')
    const mistakes = mistakesOf({ MINTMARK_CONTRACT: path })
    expect(mistakes.some((mistake) => mistake.startsWith(`${path}: keys.prefixes.live: `))).toBe(true)
    expect(mistakes.some((mistake) => mistake.startsWith(`${path}: defaultTier: `))).toBe(true)
  })
})
