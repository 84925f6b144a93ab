import { webhookEventTypes } from '@mintmark/core'
import { parseAddress } from '../addresses.ts'
import { requirePermission, type Standing } from '../grants.ts'
import { isLongerThan } from '../keys/key-policy.ts'
import { invalid } from '../refused.ts'
import type { Destinations } from './destination.ts'
import { isSubscribable, permissionsToRead } from './event-types.ts'

export const maxUrlLength = 2048
export const maxSubscriptions = 50
export const maxDescriptionLength = 500
/** Webhooks of one organization. */
export const maxWebhooks = 20

const unreachable =
  'This address is not on the public Internet, or not at a port of web servers: nothing is sent there.'

/**
 * An address to send to. What its name leads to is judged at each attempt, for it may lead elsewhere by then; here only
 * what can be said of the text itself.
 */
export function requireUrl(destinations: Destinations, text: string): void {
  const url = parseDestination(text)
  if (url === null) {
    throw invalid(
      'url',
      `Write an http or https address of at most ${maxUrlLength} characters, without user, password or #.`,
    )
  }
  const address = literalAddress(url)
  const port = portOf(url)
  if (address === null) {
    // Which ports a name may have is known when it is known where it leads.
    return
  }
  if (!destinations.mayReach(address) || !destinations.mayUsePort(address, port)) throw invalid('url', unreachable)
}

/** Null for what nothing is ever sent to, whatever is allowed. */
export function parseDestination(text: string): URL | null {
  // A URL parser passes over spaces and line breaks that others would not.
  if (text.length > maxUrlLength || !/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  const isPlain = url.username === '' && url.password === '' && !text.includes('#')
  return isPlain && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : null
}

/** The address that stands in the URL itself; null: a name does. The URL parser has made one of every odd spelling. */
export function literalAddress(url: URL): string | null {
  if (/(?:^|\.)localhost\.?$/.test(url.hostname)) return '127.0.0.1'
  const text = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return parseAddress(text) === null ? null : text
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

export function requireSubscription(events: readonly string[]): void {
  if (events.length === 0 || events.length > maxSubscriptions)
    throw invalid('events', `Name 1 to ${maxSubscriptions} events.`)
  events.forEach((name, index) => {
    if (!isSubscribable(name)) {
      throw invalid(
        `events[${index}]`,
        `There is no event ${JSON.stringify(name)}. Name one of ${webhookEventTypes.join(', ')}, a group such as api_key.*, or *.`,
      )
    }
    if (events.indexOf(name) !== index) throw invalid(`events[${index}]`, 'This event is named twice.')
  })
}

export function requireDescription(description: string | null): void {
  if (description === null) return
  if (isLongerThan(description, maxDescriptionLength) || description.includes('\0') || !description.isWellFormed()) {
    throw invalid('description', `Give at most ${maxDescriptionLength} characters.`)
  }
}

/** Nobody has sent to him, or to where he says, what he may not read. */
export function requireMayRead(standing: Standing, events: readonly string[]): void {
  for (const permission of permissionsToRead(events)) requirePermission(standing, permission)
}
