export type RedisAddress = {
  readonly cluster: boolean
  readonly tls: boolean
  /** One for a single server, any number to find a cluster by. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly username: string | null
  readonly password: string | null
  /** The numbered database; a cluster has only 0. */
  readonly database: number
}

const DEFAULT_PORT = 6379
const FORM =
  /^(?<scheme>rediss?(?<cluster>\+cluster)?):\/\/(?:(?<credentials>[^@/]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<database>\d*))?$/

/**
 * `redis://[[user]:password@]host[:port][/database]` is a single server,
 * `redis+cluster://[[user]:password@]host[:port],host[:port]…` a cluster; `rediss` and `rediss+cluster` by TLS.
 * User and password are percent-encoded. Throws TypeError, which does not repeat the URL, for anything else.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const parts = FORM.exec(text)?.groups
  if (parts === undefined)
    throw new TypeError('a Redis URL is redis://, rediss://, redis+cluster:// or rediss+cluster://')
  const cluster = parts['cluster'] !== undefined
  const nodes = (parts['hosts'] ?? '').split(',').map(parseHost)
  const database = Number(parts['database'] ?? 0)
  if (!cluster && nodes.length > 1) throw new TypeError('several hosts are a cluster: redis+cluster://')
  if (cluster && database !== 0) throw new TypeError('a Redis cluster has no numbered databases')
  return {
    cluster,
    tls: parts['scheme']?.startsWith('rediss') ?? false,
    nodes,
    database,
    ...parseCredentials(parts['credentials']),
  }
}

function parseHost(text: string): { host: string; port: number } {
  const address = `redis://${text}`
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || url.hostname === '') throw new TypeError('a host in the Redis URL is malformed')
  // An IPv6 address stands in brackets in a URL, and without them everywhere else.
  return { host: url.hostname.replaceAll(/^\[|\]$/g, ''), port: url.port === '' ? DEFAULT_PORT : Number(url.port) }
}

function parseCredentials(text: string | undefined): { username: string | null; password: string | null } {
  if (text === undefined) return { username: null, password: null }
  const [username = '', ...rest] = text.split(':')
  const decode = (part: string) => (part === '' ? null : decodeURIComponent(part))
  return { username: decode(username), password: decode(rest.join(':')) }
}
