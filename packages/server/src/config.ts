import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { builtInContract, nearestName, parseContractText, type Contract } from '@mintmark/core'
import { parseNetwork } from './engine/addresses.ts'
import { defaultUsageRetention } from './engine/usage/usage-retention.ts'
import { readOpenIdFile } from './open-id-file.ts'
import type { OpenIdSettings } from './storage/better-auth/open-id.ts'
import { parseRedisUrl } from './storage/redis/redis-url.ts'

/** How mail is sent, and by whom. */
export type MailSettings = {
  /** `smtp://user:password@host:587`, or `smtps://`. */
  readonly url: string
  /** `Mintmark <keys@example.com>` */
  readonly from: string
}

/** What the environment says, checked. */
export type Config = {
  readonly host: string
  readonly port: number
  readonly publicUrl: string
  readonly dataDir: string
  /** Null: SQLite in the data dir. */
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  readonly contract: Contract
  readonly pepperFile: string
  readonly previousPepperFile: string | null
  readonly journalFile: string
  readonly whenLimiterUnavailable: 'local' | 'refuse'
  readonly trustedProxies: readonly string[]
  /** Null: metrics are for operators, where everything else is. */
  readonly metricsPort: number | null
  /** Null: nothing is traced. */
  readonly tracesUrl: string | null
  readonly webhookAllowNetworks: readonly string[]
  /** Whose pages may call `/v1/*`. */
  readonly allowedOrigins: readonly string[]
  /** Null: no mail is sent. */
  readonly mail: MailSettings | null
  readonly openId: readonly OpenIdSettings[]
  readonly usageRetentionDays: number
  /** Null: for ever. */
  readonly auditRetentionDays: number | null
}

/** Ten years. */
const maxRetentionDays = 3_660
/** EX_CONFIG of sysexits.h. */
export const exitConfig = 78

/** The configuration cannot be served. One line a mistake, each naming what is wrong and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'))
    this.mistakes = mistakes
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

const knownVariables = new Set([
  'MINTMARK_HOST',
  'MINTMARK_PORT',
  'MINTMARK_PUBLIC_URL',
  'MINTMARK_DATA_DIR',
  'MINTMARK_DATABASE_URL',
  'MINTMARK_REDIS_URL',
  'MINTMARK_CONTRACT',
  'MINTMARK_PEPPER_FILE',
  'MINTMARK_PREVIOUS_PEPPER_FILE',
  'MINTMARK_JOURNAL_FILE',
  'MINTMARK_WHEN_LIMITER_UNAVAILABLE',
  'MINTMARK_TRUSTED_PROXIES',
  'MINTMARK_METRICS_PORT',
  'MINTMARK_WEBHOOK_ALLOW_NETWORKS',
  'MINTMARK_ALLOWED_ORIGINS',
  'MINTMARK_SMTP_URL',
  'MINTMARK_MAIL_FROM',
  'MINTMARK_OIDC',
  'MINTMARK_USAGE_RETENTION_DAYS',
  'MINTMARK_AUDIT_RETENTION_DAYS',
])

/** Reads the environment. Throws `ConfigError` with every mistake at once. */
export function readConfig(environment: Environment): Config {
  const mistakes = misspelt(environment)
  const read = (name: string): string | null => {
    if (!knownVariables.has(name)) throw new Error(`${name} is no variable of Mintmark's`)
    const value = environment[name]
    return value === undefined || value === '' ? null : value
  }
  const host = read('MINTMARK_HOST') ?? '127.0.0.1'
  const port = readPort('MINTMARK_PORT', read('MINTMARK_PORT'), mistakes) ?? 6468
  const dataDir = resolve(read('MINTMARK_DATA_DIR') ?? './mintmark-data')
  const config: Config = {
    host,
    port,
    publicUrl: readPublicUrl(read('MINTMARK_PUBLIC_URL'), `http://${urlHost(host)}:${port}`, mistakes),
    dataDir,
    databaseUrl: readUrl(
      'MINTMARK_DATABASE_URL',
      read('MINTMARK_DATABASE_URL'),
      ['postgres:', 'postgresql:'],
      mistakes,
    ),
    redisUrl: readRedisUrl(read('MINTMARK_REDIS_URL'), mistakes),
    contract: readContract(read('MINTMARK_CONTRACT'), mistakes),
    pepperFile: resolve(read('MINTMARK_PEPPER_FILE') ?? join(dataDir, 'pepper')),
    previousPepperFile: read('MINTMARK_PREVIOUS_PEPPER_FILE'),
    journalFile: resolve(read('MINTMARK_JOURNAL_FILE') ?? join(dataDir, 'revocations')),
    whenLimiterUnavailable: readPolicy(read('MINTMARK_WHEN_LIMITER_UNAVAILABLE'), mistakes),
    trustedProxies: readNetworks('MINTMARK_TRUSTED_PROXIES', read('MINTMARK_TRUSTED_PROXIES'), mistakes),
    metricsPort: readPort('MINTMARK_METRICS_PORT', read('MINTMARK_METRICS_PORT'), mistakes),
    tracesUrl: readTracesUrl(environment, mistakes),
    webhookAllowNetworks: readNetworks(
      'MINTMARK_WEBHOOK_ALLOW_NETWORKS',
      read('MINTMARK_WEBHOOK_ALLOW_NETWORKS'),
      mistakes,
    ),
    mail: readMail(read, mistakes),
    openId: readOpenIdFile(read('MINTMARK_OIDC'), mistakes),
    allowedOrigins: readOrigins('MINTMARK_ALLOWED_ORIGINS', read('MINTMARK_ALLOWED_ORIGINS'), mistakes),
    usageRetentionDays: readDays('MINTMARK_USAGE_RETENTION_DAYS', read, mistakes) ?? defaultUsageRetention.days,
    auditRetentionDays: readDays('MINTMARK_AUDIT_RETENTION_DAYS', read, mistakes),
  }
  if (config.redisUrl !== null && config.databaseUrl === null) {
    mistakes.push('MINTMARK_REDIS_URL: Redis goes with PostgreSQL. Set MINTMARK_DATABASE_URL too, or neither.')
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return config
}

/** What is set and passed over would surprise: a misspelt MINTMARK_DATABASE_URL would quietly be SQLite. */
function misspelt(environment: Environment): string[] {
  const ours = 'MINTMARK_'
  const words = new Map(Array.from(knownVariables, (name) => [name.slice(ours.length), name]))
  return Object.keys(environment)
    .filter((name) => name.startsWith(ours) && !knownVariables.has(name))
    .flatMap((name) => {
      const meant = words.get(nearestName(name.slice(ours.length), words.keys()) ?? '')
      return meant === undefined ? [] : [`${name}: there is no such variable. Did you mean ${meant}?`]
    })
}

function readPort(name: string, text: string | null, mistakes: string[]): number | null {
  if (text === null) return null
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  mistakes.push(`${name}: ${JSON.stringify(text)} is no port. Give a number from 0 to 65535 (0: any free one).`)
  return 0
}

function readPublicUrl(text: string | null, fallback: string, mistakes: string[]): string {
  if (text === null) return fallback
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  mistakes.push('MINTMARK_PUBLIC_URL: write a whole address, such as https://keys.example.com.')
  return fallback
}

function readUrl(name: string, text: string | null, protocols: readonly string[], mistakes: string[]): string | null {
  if (text === null || (URL.canParse(text) && protocols.includes(new URL(text).protocol))) return text
  // The value may hold a password: it is not repeated.
  mistakes.push(`${name}: write a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`)
  return null
}

/** Of several hosts, as a cluster has them, `URL` makes nothing. */
function readRedisUrl(text: string | null, mistakes: string[]): string | null {
  try {
    if (text !== null) parseRedisUrl(text)
    return text
  } catch (error) {
    mistakes.push(`MINTMARK_REDIS_URL: ${error instanceof TypeError ? error.message : 'it is malformed'}.`)
    return null
  }
}

/** OpenTelemetry's own variables (its specification, "OTLP Exporter Configuration"). */
function readTracesUrl(environment: Environment, mistakes: string[]): string | null {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own, OTEL_EXPORTER_OTLP_ENDPOINT: common } = environment
  if (environment['OTEL_SDK_DISABLED'] === 'true') return null
  if (own !== undefined && own !== '') {
    return readUrl('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', own, ['http:', 'https:'], mistakes)
  }
  if (common === undefined || common === '') return null
  const url = readUrl('OTEL_EXPORTER_OTLP_ENDPOINT', common, ['http:', 'https:'], mistakes)
  return `${url?.replace(/\/+$/, '')}/v1/traces`
}

function readPolicy(text: string | null, mistakes: string[]): 'local' | 'refuse' {
  if (text === null || text === 'local') return 'local'
  if (text === 'refuse') return 'refuse'
  mistakes.push(`MINTMARK_WHEN_LIMITER_UNAVAILABLE: ${JSON.stringify(text)} is unknown. Say local or refuse.`)
  return 'local'
}

function readNetworks(name: string, text: string | null, mistakes: string[]): readonly string[] {
  const networks = (text ?? '')
    .split(',')
    .map((network) => network.trim())
    .filter((network) => network !== '')
  for (const network of networks) {
    if (parseNetwork(network) === null) {
      mistakes.push(`${name}: ${JSON.stringify(network)} is no network. Write 10.0.0.0/8,2001:db8::/32 or addresses.`)
    }
  }
  return networks
}

function readMail(read: (name: string) => string | null, mistakes: string[]): MailSettings | null {
  const [url, from] = [read('MINTMARK_SMTP_URL'), read('MINTMARK_MAIL_FROM')]
  if (url === null && from === null) return null
  readUrl('MINTMARK_SMTP_URL', url, ['smtp:', 'smtps:'], mistakes)
  if (url !== null && from !== null && /^[^\r\n]*[^\s@<]+@[^\s@>]+>?$/.test(from)) return { url, from }
  mistakes.push('MINTMARK_MAIL_FROM: mail takes MINTMARK_SMTP_URL and a sender, such as Mintmark <keys@example.com>.')
  return null
}

function readOrigins(name: string, text: string | null, mistakes: string[]): readonly string[] {
  const origins = (text ?? '').split(',').flatMap((origin) => (origin.trim() === '' ? [] : [origin.trim()]))
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue
    mistakes.push(`${name}: ${JSON.stringify(origin)} is no origin. Write https://app.example.com, without a path.`)
  }
  return origins
}

function readDays(name: string, read: (name: string) => string | null, mistakes: string[]): number | null {
  const text = read(name)
  if (text === null || (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= maxRetentionDays))
    return text === null ? null : Number(text)
  mistakes.push(`${name}: ${JSON.stringify(text)}: give a number of days from 1 to ${maxRetentionDays}.`)
  return null
}

function readContract(path: string | null, mistakes: string[]): Contract {
  if (path === null) return builtInContract
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    mistakes.push(`MINTMARK_CONTRACT: ${path} cannot be read.`)
    return builtInContract
  }
  const parsed = parseContractText(text)
  if (parsed.contract !== null) return parsed.contract
  mistakes.push(...parsed.mistakes.map((mistake) => `${path}: ${mistake.path}: ${mistake.message}`))
  return builtInContract
}

/** An IPv6 address stands in brackets in a URL (RFC 3986 section 3.2.2). */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
