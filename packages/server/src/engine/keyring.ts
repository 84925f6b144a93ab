import { createHmac, hkdfSync } from 'node:crypto'
import { createDigesters, type KeyDigesters } from '@mintmark/core'

/** Everything that is keyed by one pepper. Each use has a key of its own, derived by HKDF (RFC 5869). */
export type DerivedKeys = {
  /** 64 hexadecimal characters. */
  idempotency(text: string): string
  /** 32 bytes. */
  cursor(text: string): Uint8Array
  /** 32 bytes: what the secrets of webhooks are sealed with. */
  readonly webhook: Uint8Array
  /** 32 bytes: what the secrets of second factors are sealed with. */
  readonly secondFactor: Uint8Array
  /** 32 bytes: what a browser keeps, sealed, while a provider is asked who its person is. */
  readonly openId: Uint8Array
  /** 64 hexadecimal characters: by what the failures of an e-mail address are counted. */
  address(text: string): string
}

/** The peppers in force: digests of credentials and all derived keys, under the current one and the previous, if any. */
export type Keyring = {
  readonly digesters: KeyDigesters
  readonly current: DerivedKeys
  readonly previous: DerivedKeys | null
  /** Whether what is found under the previous pepper is to be re-keyed to the current one. */
  readonly rekeys: boolean
}

export function createKeyring(peppers: {
  readonly current: Uint8Array
  readonly previous: Uint8Array | null
}): Keyring {
  const { current, previous } = peppers
  return {
    digesters: createDigesters(previous === null ? { current } : { current, previous }),
    current: deriveKeys(current),
    previous: previous === null ? null : deriveKeys(previous),
    rekeys: previous !== null,
  }
}

function deriveKeys(pepper: Uint8Array): DerivedKeys {
  const derive = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', pepper, '', `mintmark-${use}-v1`, 32))
  const idempotency = derive('idempotency')
  const cursor = derive('cursor')
  const address = derive('address')
  return {
    idempotency: (text) => createHmac('sha256', idempotency).update(text).digest('hex'),
    cursor: (text) => createHmac('sha256', cursor).update(text).digest(),
    webhook: derive('webhook'),
    secondFactor: derive('second-factor'),
    openId: derive('open-id'),
    address: (text) => createHmac('sha256', address).update(text).digest('hex'),
  }
}
