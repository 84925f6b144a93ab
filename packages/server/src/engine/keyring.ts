import { createHmac, hkdfSync } from 'node:crypto'
import { createDigesters, type KeyDigesters } from '@mintmark/core'

/** Everything that is keyed by one pepper. Each use has a key of its own, derived by HKDF (RFC 5869). */
export type DerivedKeys = {
  /** 64 hexadecimal characters. */
  idempotency(text: string): string
  /** 32 bytes. */
  cursor(text: string): Uint8Array
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
  return {
    idempotency: (text) => createHmac('sha256', idempotency).update(text).digest('hex'),
    cursor: (text) => createHmac('sha256', cursor).update(text).digest(),
  }
}
