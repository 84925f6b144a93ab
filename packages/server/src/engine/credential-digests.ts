import { digestForeignHash, type ForeignHash, type KeyDigest, type KeyDigester } from '@mintmark/core'
import type { Keyring } from './keyring.ts'
import type { Rekeying } from './ports/activity.ts'

/** Where one credential may be kept, and what is to be re-keyed where it is found there. */
type Place = { readonly digest: KeyDigest; readonly rekeyings: readonly Rekeying[] }

/** The digests of one credential: that of the current pepper, and all that it may be kept under until it is used. */
export type CredentialDigests = {
  readonly current: KeyDigest
  /**
   * Every place, `current` among them, where there is more than one. A secret only ever moves from a place to a later
   * one: who looks in this order does not miss one that another node re-keys meanwhile.
   */
  readonly places: readonly Place[]
}

type Peppers = Pick<Keyring, 'digesters' | 'rekeys'>

const none: readonly Place[] = Object.freeze([])

/** Of a credential of our own shape. */
export function digestOwn(peppers: Peppers, table: 'key' | 'session', text: string): CredentialDigests {
  const { current, previous } = peppers.digesters
  if (previous === null) return { current: current.digest(text), places: none }
  return { current: current.digest(text), places: ownPlaces(peppers, table, text, []) }
}

/** Of a key that another system minted. `hashes` are what that may have stored of it, at least one. */
export function digestForeign(peppers: Peppers, text: string, hashes: readonly ForeignHash[]): CredentialDigests {
  const { current } = peppers.digesters
  const places = digestersByAge(peppers).flatMap((digester) =>
    hashes.map((hash) => {
      const digest = digestForeignHash(digester, hash)
      const target = targetOf(peppers, digester)
      const rekeyings = [moveTo(target, 'key', digest, target.digest(text)), ...moveImport(digester, target, hash)]
      return { digest, rekeyings }
    }),
  )
  return { current: current.digest(text), places: [...places, ...ownPlaces(peppers, 'key', text, hashes)] }
}

function ownPlaces(
  peppers: Peppers,
  table: 'key' | 'session',
  text: string,
  hashes: readonly ForeignHash[],
): readonly Place[] {
  return digestersByAge(peppers).map((digester) => {
    const digest = digester.digest(text)
    const target = targetOf(peppers, digester)
    if (target === digester) return { digest, rekeyings: [] }
    const imports = hashes.flatMap((hash) => moveImport(digester, target, hash))
    return { digest, rekeyings: [moveTo(target, table, digest, target.digest(text)), ...imports] }
  })
}

/** By what a key was imported with it is known again, should it be imported again: under the same pepper as the key. */
function moveImport(from: KeyDigester, to: KeyDigester, hash: ForeignHash): Rekeying[] {
  if (from === to) return []
  return [moveTo(to, 'import', digestForeignHash(from, hash), digestForeignHash(to, hash))]
}

function moveTo(to: KeyDigester, table: Rekeying['table'], previous: KeyDigest, current: KeyDigest): Rekeying {
  return { table, previous, current, pepperVersion: to.version }
}

/** Under which pepper what is kept under this one is to be kept. */
function targetOf({ digesters, rekeys }: Peppers, digester: KeyDigester): KeyDigester {
  return rekeys ? digesters.current : digester
}

/** A node that does not re-key across peppers has the next one already, as its previous one. */
function digestersByAge({ digesters, rekeys }: Peppers): readonly KeyDigester[] {
  const { current, previous } = digesters
  if (previous === null) return [current]
  return rekeys ? [previous, current] : [current, previous]
}
