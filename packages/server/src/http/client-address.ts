import { createAddressMatcher, parseAddress, type AddressMatcher } from '../engine/addresses.ts'

/** Longer lists of hops are nobody's honest proxies. */
const maxHops = 32

/** Tells who really called, believing `X-Forwarded-For` from trusted proxies only. */
export type ClientAddress = (socketAddress: string | undefined, forwardedFor: string | null) => string | null

/**
 * Walks `X-Forwarded-For` from its end, each hop vouching for the one before it, and stops at the first that is not a
 * trusted proxy. What stands before that is the client's own claim and proves nothing.
 *
 * @param trustedProxies CIDRs
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted: AddressMatcher = createAddressMatcher(trustedProxies)
  return (socketAddress, forwardedFor) => {
    const peer = socketAddress === undefined ? null : normalize(socketAddress)
    if (peer === null || forwardedFor === null || trustedProxies.length === 0 || !isTrusted(peer)) return peer
    let client = peer
    for (const hop of forwardedFor.split(',').slice(-maxHops).toReversed()) {
      const address = normalize(hop.trim())
      if (address === null) return client
      client = address
      if (!isTrusted(address)) return client
    }
    return client
  }
}

/** One spelling for each address: `::ffff:192.0.2.1` is `192.0.2.1`. */
function normalize(text: string): string | null {
  return parseAddress(text)?.toString() ?? null
}
