import { linkTokenFormat, type KeyDigest, type PlaintextKey } from '@mintmark/core'
import type { Link } from '../ports/links.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, type RefusedError } from '../refused.ts'
import { digestsUnderEach } from './browser.ts'
import type { SignInParts } from './parts.ts'

export const linkLifetimeMs = 60 * 60 * 1000

/** The token stands in the fragment, which browsers send to nobody, and which no log or referrer has. */
export function linkTo(
  publicUrl: string,
  page: 'set-up' | 'reset-password' | 'accept-invitation',
  token: string,
): string {
  return `${publicUrl}/${page}#token=${token}`
}

/** A new link that is good once, for an hour. */
export async function insertLink(
  { keyring, random }: SignInParts,
  stores: Stores,
  link: Omit<Link, 'createdAtMs' | 'expiresAtMs'>,
): Promise<PlaintextKey> {
  const token = linkTokenFormat.mint('live', random)
  const createdAtMs = await stores.nowMs()
  const digest = keyring.digesters.current.digest(token)
  await stores.links.insert({ ...link, createdAtMs, expiresAtMs: createdAtMs + linkLifetimeMs, digest })
  return token
}

/** Throws where it is no link of ours, before anything is looked up. */
export function digestsOfLink({ keyring }: SignInParts, token: string): readonly KeyDigest[] {
  const parsed = token.length > 256 ? null : linkTokenFormat.parse(token)
  if (parsed === null) throw unknownLink()
  return digestsUnderEach(keyring, parsed.plaintext)
}

/** Uses it up. One answer for a link that never was, was used, is too old, or is for something else. */
export async function takeLink(stores: Stores, digests: readonly KeyDigest[], purpose: Link['purpose']): Promise<Link> {
  const link = await stores.links.take(digests)
  if (link === null || link.purpose !== purpose || (await stores.nowMs()) >= link.expiresAtMs) throw unknownLink()
  return link
}

export function unknownLink(): RefusedError {
  return invalid('token', 'This link is unknown, used or expired. Ask for a new one.')
}
