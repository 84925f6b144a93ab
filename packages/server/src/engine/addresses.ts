import ipaddr from 'ipaddr.js'

export type Network = { readonly address: ipaddr.IPv4 | ipaddr.IPv6; readonly bits: number }

/** Whether a client's address is in a list of networks. */
export type AddressMatcher = (address: string) => boolean

/**
 * Parses an address as programs mean it: four decimal parts, or IPv6. IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2) is
 * its IPv4 address. Octal, hexadecimal and short forms (`0177.1`, `::ffff:0177.0.0.1`), zones and anything else: null.
 */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  if (text.includes('%') || !text.includes(':') || !ipaddr.IPv6.isValid(text)) return null
  // To the library the dotted end of IPv6 may be octal or hexadecimal, and `::192.0.2.1` would be a mapped address.
  const end = text.slice(text.lastIndexOf(':') + 1)
  if (end.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(end)) return null
  const address = ipaddr.IPv6.parse(text.replace(/^::(?=[0-9]+\.)/, '0::'))
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/** `192.0.2.0/24`, `2001:db8::/32`, or one address. Null when it is none of these. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (address === null) return null
  const most = address.kind() === 'ipv4' ? 32 : 128
  if (slash === -1) return { address, bits: most }
  const bits = text.slice(slash + 1)
  if (!/^(0|[1-9][0-9]{0,2})$/.test(bits)) return null
  // A mapped IPv6 network counts its bits from the IPv6 address; the first 96 of them are the mapping itself.
  const mapped = most === 32 && text.includes(':')
  const length = Number(bits) - (mapped ? 96 : 0)
  return length >= 0 && length <= most ? { address, bits: length } : null
}

/** Whether every address of `inner` is in `outer`. */
export function isNetworkInside(inner: Network, outer: Network): boolean {
  return inner.bits >= outer.bits && isInside(inner.address, outer)
}

/** Matches nothing that is not an address. `networks` must have been parsed before; an unparsable one matches nothing. */
export function createAddressMatcher(networks: readonly string[]): AddressMatcher {
  const parsed = networks.map(parseNetwork).filter((network) => network !== null)
  return (text) => {
    const address = parseAddress(text)
    if (address === null) return false
    return parsed.some((network) => isInside(address, network))
  }
}

function isInside(address: ipaddr.IPv4 | ipaddr.IPv6, network: Network): boolean {
  const parts = address.toByteArray()
  const base = network.address.toByteArray()
  if (parts.length !== base.length) return false
  for (let bit = 0; bit < network.bits; bit += 8) {
    const mask = 0xff & (0xff << Math.max(0, 8 - (network.bits - bit)))
    if (((parts[bit / 8] ?? 0) & mask) !== ((base[bit / 8] ?? 0) & mask)) return false
  }
  return true
}
