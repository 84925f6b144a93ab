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
  const normalizePeer = rememberNormalized()
  return (socketAddress, forwardedFor) => {
    const peer = socketAddress === undefined ? null : normalizePeer(socketAddress)
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

/** Peers are few, gateways mostly, and send many requests. Beyond it all are forgotten. */
const maxKnownPeers = 1_000

/** `normalize`, for texts that come again and again: parsing costs as much as a fifth of a verification. */
function rememberNormalized(): (text: string) => string | null {
  const known = new Map<string, string | null>()
  return (text) => {
    const seen = known.get(text)
    if (seen !== undefined) return seen
    const address = normalize(text)
    if (known.size >= maxKnownPeers) known.clear()
    known.set(text, address)
    return address
  }
}

/** One spelling for each address: `::ffff:192.0.2.1` is `192.0.2.1`. */
function normalize(text: string): string | null {
  return parseAddress(text)?.toString() ?? null
}
