import type { Contract } from '@mintmark/core'

export type MintmarkOptions = {
  /** Where Mintmark is: `https://keys.example.com`. */
  readonly server: string
  /** An operator key, an API key or a session token. */
  readonly key: string
  /** With an operator key: the organization to act in. Left out, never undefined or null: in none. */
  readonly organizationId?: string
  /**
   * With `organizationId`: the member to act for, with no more rights than his. Left out, never undefined or null: for
   * nobody, as the operator himself.
   */
  readonly userId?: string
  /**
   * Milliseconds to wait for an answer to one attempt, its body included; `verify` takes no more for all of its
   * attempts, and waits no longer for its turn where many are asked. Default: 5,000.
   */
  readonly timeoutMs?: number
  /** Attempts after the first, 0 to 10. Default: 2. */
  readonly maxRetries?: number
  /**
   * Verifications that may share a request, 1 to 100. Default: 100. 1 where requests may not wait for one another's
   * answers: on Cloudflare Workers.
   */
  readonly maxBatchSize?: number
  /**
   * The contract in force, as its file has it, for a guard that is to start before the server can be reached. Default:
   * read when it is first needed.
   */
  readonly contract?: Contract
  /** Default: the runtime's own. */
  readonly fetch?: typeof fetch
}

/** The options, every default filled in. */
export type ClientSettings = {
  /** Without a slash at its end. */
  readonly server: string
  readonly headers: {
    readonly Authorization: string
    /** Errors as RFC 9457 has them, whatever dialect a contract gives its customers. */
    readonly Accept: string
    readonly 'Mintmark-Organization'?: string
    readonly 'Mintmark-User'?: string
  }
  readonly fetch: typeof fetch
  readonly timeoutMs: number
  readonly maxRetries: number
  readonly maxBatchSize: number
}

const defaultTimeoutMs = 5_000
/** What a timer takes. */
const longestTimeoutMs = 2 ** 31 - 1
const defaultMaxRetries = 2
const mostRetries = 10
const largestBatch = 100

/** Throws `TypeError` or `RangeError`, in which no key is told again. */
export function readOptions(options: MintmarkOptions): ClientSettings {
  const { key, organizationId, userId } = options
  if (typeof key !== 'string' || !/^[!-~]+$/.test(key)) {
    throw new TypeError('key is missing, or is no key: give an operator key, an API key or a session token.')
  }
  requireSaid(options, 'organizationId', 'leave it out to act in none, or give the id of one.')
  requireSaid(options, 'userId', 'leave it out to act for nobody, or give the id of a member.')
  if (userId !== undefined && organizationId === undefined) {
    throw new TypeError('userId needs organizationId beside it: a member acts in an organization.')
  }
  return {
    server: readServer(options.server),
    headers: {
      Authorization: `Bearer ${key}`,
      Accept: 'application/json, application/problem+json',
      ...(organizationId !== undefined && { 'Mintmark-Organization': organizationId }),
      ...(userId !== undefined && { 'Mintmark-User': userId }),
    },
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    timeoutMs: readWhole('timeoutMs', options.timeoutMs ?? defaultTimeoutMs, 1, longestTimeoutMs),
    maxRetries: readWhole('maxRetries', options.maxRetries ?? defaultMaxRetries, 0, mostRetries),
    maxBatchSize: readWhole('maxBatchSize', options.maxBatchSize ?? largestBatch, 1, largestBatch),
  }
}

/** A variable that happens to be empty must not make of a member the operator, who may more. */
function requireSaid(options: MintmarkOptions, name: 'organizationId' | 'userId', advice: string): void {
  if (name in options && (options[name] ?? null) === null) throw new TypeError(`${name} is ${options[name]}: ${advice}`)
}

function readServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.username}${url.password}${url.search}${url.hash}`) {
    throw new TypeError('server is the address of Mintmark: https://keys.example.com')
  }
  return url.href.replace(/\/+$/, '')
}

function readWhole(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(`${name} is a whole number from ${min} to ${max}.`)
}
