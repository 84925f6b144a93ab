import { createAddressMatcher, parseAddress } from '../addresses.ts'

/** Which addresses may be connected to. `allowed` are the operator's own words, and outdo everything. */
export type Destinations = {
  /** Judges the bytes of an address; what is none is refused. */
  readonly mayReach: (address: string) => boolean
  readonly mayUsePort: (address: string, port: number) => boolean
}

/**
 * IPv4 that is not on the public Internet (IANA special-purpose address registry, RFC 6890), and what clouds answer
 * their machines at.
 */
const closedIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** All that is routed publicly (IANA, RFC 4291): loopback, mapped, NAT64, unique-local and link-local lie outside. */
const openIpv6 = ['2000::/3']

/** Within it: Teredo, ORCHID and their kin, documentation, 6to4. Those that carry an IPv4 address could carry any. */
const closedIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Where web servers are. A database behind a public address is not. */
const openPorts: ReadonlySet<number> = new Set([80, 443, 8080, 8443])

export function createDestinations(allowedNetworks: readonly string[]): Destinations {
  const isAllowed = createAddressMatcher(allowedNetworks)
  const isClosed = createAddressMatcher([...closedIpv4, ...closedIpv6])
  const isOpen = createAddressMatcher(['0.0.0.0/0', ...openIpv6])
  return {
    mayReach: (address) => isAllowed(address) || (isOpen(address) && !isClosed(address) && !isMapped(address)),
    mayUsePort: (address, port) => openPorts.has(port) || isAllowed(address),
  }
}

/** IPv4 in the guise of IPv6 is judged as IPv4 everywhere else; nobody writes it without an intention. */
function isMapped(address: string): boolean {
  return address.includes(':') && parseAddress(address)?.kind() === 'ipv4'
}
