import { parseAddress } from '../engine/addresses.ts'
import { invalid } from '../engine/refused.ts'

/** `clientIp` of a verification: an address in full, or nothing. */
export function requireClientIp(clientIp: string | undefined): void {
  if (clientIp !== undefined && parseAddress(clientIp) === null) {
    throw invalid('clientIp', 'Write an address such as 192.0.2.1 or 2001:db8::1.')
  }
}
