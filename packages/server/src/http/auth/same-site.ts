import type { IncomingHttpHeaders } from 'node:http'
import { parseAddress } from '../../engine/addresses.ts'
import { refuse } from '../../engine/refused.ts'

/**
 * Throws where a change was asked for from a page that is not ours: cookies come along whoever asks (OWASP ASVS 5.0,
 * 3.5.1 to 3.5.3). Browsers say in `Origin` where a POST or DELETE comes from, and no page can change what they say; who
 * says nothing is none, and must say it all the same.
 */
export function requireSameSite(publicUrl: string, headers: IncomingHttpHeaders): void {
  const { origin, host = '', 'sec-fetch-site': site } = headers
  const isOurs = origin !== undefined && originsOf(publicUrl, host).includes(origin)
  if (!isOurs || (site !== undefined && site !== 'same-origin')) {
    throw refuse('forbidden', 'This was asked for from another site.')
  }
}

/** A cookie over http would be everybody's who listens, but on this machine. */
export function requirePrivate(publicUrl: string, { host = '' }: IncomingHttpHeaders): void {
  if (isSecure(publicUrl) || isLoopback(hostnameOf(host))) return
  throw refuse('forbidden', 'To sign in from another machine takes https: say its address in MINTMARK_PUBLIC_URL.')
}

export function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:')
}

/** By http this machine has several names. */
function originsOf(publicUrl: string, host: string): readonly string[] {
  const { origin } = new URL(publicUrl)
  return isSecure(publicUrl) ? [origin] : [origin, `http://${host}`]
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  return parseAddress(hostname.replace(/^\[|\]$/g, ''))?.range() === 'loopback'
}
