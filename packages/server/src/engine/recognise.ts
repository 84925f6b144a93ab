import {
  operatorKeyFormat,
  refuseStanding,
  sessionTokenFormat,
  type KeyDigest,
  type KeyFormat,
  type LegacyFormat,
  type Refusal,
} from '@mintmark/core'
import { hash } from 'node:crypto'
import { digestForeign, digestOwn, type CredentialDigests } from './credential-digests.ts'
import type { KeyHolder, OperatorHolder, SessionHolder } from './holder.ts'
import type { Directory, Found } from './ports/directory.ts'
import type { Rekeying } from './ports/activity.ts'
import { BoundedMap } from './bounded-map.ts'
import type { Keyring } from './keyring.ts'
import { whenReady, type Ready } from './when-ready.ts'

export type Holder = KeyHolder | OperatorHolder | SessionHolder

/** `holder` is null when nobody is known by this credential; with a refusal beside a holder it is his, and dead. */
export type Recognition<H extends Holder = Holder> = {
  readonly holder: H | null
  readonly refusal: Refusal | null
  readonly nowMs: number
}

/** Turns a credential's text into its holder: shape and checksum, digest, look-up, standing. The only place that does. */
export type Recognise = {
  /** A tenant's key or a session token: what `verify` judges. */
  tenant(text: string): Ready<Recognition<KeyHolder | SessionHolder>>
  /** Any credential. */
  any(text: string): Ready<Recognition>
  /** An operator key whose digests are known already (digests may be remembered for a socket, a verdict never). */
  operatorByDigests(digests: CredentialDigests): Ready<Recognition<OperatorHolder>>
  /** Null when the text has not the shape of an operator key. */
  operatorDigests(text: string): CredentialDigests | null
}

type Parts = {
  readonly format: KeyFormat
  readonly legacy: LegacyFormat
  readonly keyring: Pick<Keyring, 'digesters' | 'rekeys'>
  readonly directory: Directory<KeyHolder | OperatorHolder, SessionHolder>
  /** Told of secrets that were found under the previous pepper, or under what another system stored of them. */
  readonly rekey: (rekeying: Rekeying) => void
}

/** Credentials whose digests are remembered; forgetting one costs a microsecond. */
const maxRemembered = 100_000

/** A credential that was somebody's when it was last looked up: what it is, never whose. */
type Seen = { readonly isSession: boolean; readonly digests: CredentialDigests }

/** Longer texts are no credentials of ours; they die before they cost anything (SECURITY R-B5). */
export const maxCredentialLength = 256

const unknown: Recognition<never> = Object.freeze({
  holder: null,
  refusal: Object.freeze({ reason: 'invalid_key' }),
  nowMs: 0,
})

export function createRecognise(parts: Parts): Recognise {
  return new Recogniser(parts)
}

class Recogniser implements Recognise {
  readonly #parts: Parts
  /**
   * By the plain hash of the text, which Node makes in half the time of a keyed digest. It stays in memory, and no text
   * can be had back from it: a key is random.
   */
  readonly #seen = new BoundedMap<string, Seen>(maxRemembered)

  constructor(parts: Parts) {
    this.#parts = parts
  }

  tenant(text: string): Ready<Recognition<KeyHolder | SessionHolder>> {
    if (text.length > maxCredentialLength) return unknown
    const tag = hash('sha256', text, 'binary')
    const seen = this.#seen.get(tag)
    if (seen !== undefined) return this.#recogniseTenant(seen)
    const presented = this.#read(text)
    if (presented === null) return unknown
    return whenReady(this.#recogniseTenant(presented), (recognition) => {
      if (recognition.holder !== null) this.#seen.set(tag, presented)
      return recognition
    })
  }

  any(text: string): Ready<Recognition> {
    const digests = this.operatorDigests(text)
    return digests === null ? this.tenant(text) : this.operatorByDigests(digests)
  }

  operatorDigests(text: string): CredentialDigests | null {
    if (text.length > maxCredentialLength || operatorKeyFormat.parse(text) === null) return null
    return digestOwn(this.#parts.keyring, 'key', text)
  }

  operatorByDigests(digests: CredentialDigests): Ready<Recognition<OperatorHolder>> {
    return whenReady(this.#findKey(digests), judgeOperatorStanding)
  }

  /** What has no shape of ours, or a wrong checksum, may have the shape of another system's keys. */
  #read(text: string): Seen | null {
    const { format, legacy, keyring } = this.#parts
    if (format.parse(text) !== null) return { isSession: false, digests: digestOwn(keyring, 'key', text) }
    if (sessionTokenFormat.parse(text) !== null) {
      return { isSession: true, digests: digestOwn(keyring, 'session', text) }
    }
    const hashes = legacy.hashesOf(text)
    return hashes.length === 0 ? null : { isSession: false, digests: digestForeign(keyring, text, hashes) }
  }

  #recogniseTenant({ isSession, digests }: Seen): Ready<Recognition<KeyHolder | SessionHolder>> {
    return isSession
      ? whenReady(this.#findSession(digests), judgeSessionStanding)
      : whenReady(this.#findKey(digests), judgeKeyStanding)
  }

  #findKey(digests: CredentialDigests): Ready<Found<KeyHolder | OperatorHolder>> {
    const { directory } = this.#parts
    if (digests.places.length === 0) return directory.findKey(digests.current)
    return this.#findInPlaces(digests, (digest) => directory.findKey(digest))
  }

  #findSession(digests: CredentialDigests): Ready<Found<SessionHolder>> {
    const { directory } = this.#parts
    if (digests.places.length === 0) return directory.findSession(digests.current)
    return this.#findInPlaces(digests, (digest) => directory.findSession(digest))
  }

  /** First where nearly all are, then in every place, for between two looks another node may have re-keyed it. */
  #findInPlaces<H>(
    { current, places }: CredentialDigests,
    find: (digest: KeyDigest) => Ready<Found<H>>,
  ): Ready<Found<H>> {
    const findFrom = (index: number, missed: Found<H>): Ready<Found<H>> => {
      const place = places[index]
      if (place === undefined) return missed
      return whenReady(find(place.digest), (found) => {
        if (found.holder === null) return findFrom(index + 1, found)
        for (const rekeying of place.rekeyings) this.#parts.rekey(rekeying)
        return found
      })
    }
    return whenReady(find(current), (found) => (found.holder === null ? findFrom(0, found) : found))
  }
}

function judgeKeyStanding(found: Found<KeyHolder | OperatorHolder>): Recognition<KeyHolder> {
  const { holder, nowMs } = found
  if (holder === null || holder.kind !== 'key') return unknown
  return { holder, refusal: refuseStanding(holder.standing, nowMs), nowMs }
}

function judgeOperatorStanding(found: Found<KeyHolder | OperatorHolder>): Recognition<OperatorHolder> {
  const { holder, nowMs } = found
  if (holder === null || holder.kind !== 'operator') return unknown
  return { holder, refusal: refuseStanding(holder.standing, nowMs), nowMs }
}

/** The bound is exclusive: at the very instant it has passed. */
function judgeSessionStanding(found: Found<SessionHolder>): Recognition<SessionHolder> {
  const { holder, nowMs } = found
  if (holder === null) return unknown
  return { holder, refusal: nowMs >= holder.expiresAtMs ? { reason: 'session_expired' } : null, nowMs }
}
