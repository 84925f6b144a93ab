import { parseAddress } from '../addresses.ts'
import { RefusedError } from '../refused.ts'

/** Of one address, in any minute (SECURITY.md, R-C7). */
const maxFailures = 100
const windowMs = 60_000
/** Beyond it the address that was quiet for longest is forgotten. */
const maxAddresses = 10_000

/** An attempt that has not shown yet how it ends. */
export type Attempt = { succeeded(): void }

/**
 * How often in a minute somebody may fail to sign in from one address. Each attempt counts until it has succeeded, so
 * that a thousand at once are no way around it. Kept by each node for itself; whoever calls from an address is never
 * kept from using his keys.
 */
export class AddressLimit {
  readonly #failures = new Map<string, number[]>()
  readonly #nowMs: () => number

  /** @param nowMs this process's clock, which never runs backwards */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  begin(ip: string | null): Attempt {
    const network = networkOf(ip)
    const nowMs = this.#nowMs()
    const times = this.#lately(network, nowMs)
    const [oldest] = times
    if (times.length >= maxFailures && oldest !== undefined) throw tooMany(oldest + windowMs - nowMs)
    times.push(nowMs)
    return {
      succeeded() {
        const index = times.indexOf(nowMs)
        if (index !== -1) times.splice(index, 1)
      },
    }
  }

  /** The list that is kept, without what is too old to count; the address is now the one that was heard of last. */
  #lately(network: string, nowMs: number): number[] {
    const times = this.#failures.get(network) ?? []
    const firstCounting = times.findIndex((atMs) => atMs > nowMs - windowMs)
    times.splice(0, firstCounting === -1 ? times.length : firstCounting)
    this.#failures.delete(network)
    this.#failures.set(network, times)
    const [quietest] = this.#failures.keys()
    if (this.#failures.size > maxAddresses && quietest !== undefined) this.#failures.delete(quietest)
    return times
  }
}

function tooMany(retryAfterMs: number): RefusedError {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  const message = `Too many attempts from your address. Try again in ${retryAfterSeconds} seconds.`
  return new RefusedError({ reason: 'rate_limit', message }, { retryAfterMs })
}

/** Whoever has one IPv6 address has a /64 of them (RFC 6177). */
function networkOf(ip: string | null): string {
  if (ip === null) return ''
  const address = parseAddress(ip)
  if (address === null || address.kind() === 'ipv4') return ip
  return address.toNormalizedString().split(':').slice(0, 4).join(':')
}
