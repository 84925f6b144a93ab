import {
  operatorKeyFormat,
  refuseStanding,
  sessionTokenFormat,
  type KeyDigest,
  type KeyDigesters,
  type KeyFormat,
  type Refusal,
} from '@mintmark/core'
import type { KeyHolder, OperatorHolder, SessionHolder } from './holder.ts'
import type { Directory, Found } from './ports/directory.ts'
import type { Rekeying } from './ports/activity.ts'
import { whenReady, type Ready } from './when-ready.ts'

export type Holder = KeyHolder | OperatorHolder | SessionHolder

/** `holder` is null when nobody is known by this credential; with a refusal beside a holder it is his, and dead. */
export type Recognition<H extends Holder = Holder> = {
  readonly holder: H | null
  readonly refusal: Refusal | null
  readonly nowMs: number
}

/** The digests of one credential under the peppers in force; `previous` is null unless a pepper change is under way. */
export type CredentialDigests = { readonly current: KeyDigest; readonly previous: KeyDigest | null }

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
  readonly digesters: KeyDigesters
  readonly directory: Directory<KeyHolder | OperatorHolder, SessionHolder>
  /** Told of secrets that were found under the previous pepper. */
  readonly rekey: (rekeying: Rekeying) => void
}

/** Longer texts are no credentials of ours; they die before they cost anything (SECURITY R-B5). */
export const maxCredentialLength = 256

const unknown: Recognition<never> = Object.freeze({
  holder: null,
  refusal: Object.freeze({ reason: 'invalid_key' }),
  nowMs: 0,
})

export function createRecognise(parts: Parts): Recognise {
  const { format, digesters, directory } = parts

  const findKey = underEitherPepper('key', (digest) => directory.findKey(digest))
  const findSession = underEitherPepper('session', (digest) => directory.findSession(digest))

  function digestsOf(text: string): CredentialDigests {
    const { current, previous } = digesters
    return { current: current.digest(text), previous: previous === null ? null : previous.digest(text) }
  }

  /**
   * During a pepper change what is unknown under the current pepper is looked up under the previous one, and once more
   * under the current one: between the two looks another node may have re-keyed it.
   */
  function underEitherPepper<H>(
    table: Rekeying['table'],
    find: (digest: KeyDigest) => Ready<Found<H>>,
  ): (digests: CredentialDigests) => Ready<Found<H>> {
    return ({ current, previous }) => {
      if (previous === null) return find(current)
      return whenReady(find(current), (found) => {
        if (found.holder !== null) return found
        return whenReady(find(previous), (older) => {
          if (older.holder === null) return find(current)
          parts.rekey({ table, previous, current, pepperVersion: digesters.current.version })
          return older
        })
      })
    }
  }

  function tenant(text: string): Ready<Recognition<KeyHolder | SessionHolder>> {
    if (text.length > maxCredentialLength) return unknown
    if (format.parse(text) !== null) return whenReady(findKey(digestsOf(text)), judgeKeyStanding)
    if (sessionTokenFormat.parse(text) !== null) return whenReady(findSession(digestsOf(text)), judgeSessionStanding)
    return unknown
  }

  function operatorDigests(text: string): CredentialDigests | null {
    if (text.length > maxCredentialLength || operatorKeyFormat.parse(text) === null) return null
    return digestsOf(text)
  }

  function operatorByDigests(digests: CredentialDigests): Ready<Recognition<OperatorHolder>> {
    return whenReady(findKey(digests), judgeOperatorStanding)
  }

  return {
    tenant,
    any(text) {
      const digests = operatorDigests(text)
      return digests === null ? tenant(text) : operatorByDigests(digests)
    },
    operatorByDigests,
    operatorDigests,
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
