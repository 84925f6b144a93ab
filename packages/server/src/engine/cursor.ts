import { timingSafeEqual } from 'node:crypto'
import type { DerivedKeys, Keyring } from './keyring.ts'
import { invalid } from './refused.ts'

/** Tag and hidden position, in bytes. */
const tagBytes = 16
const positionBytes = 6

/**
 * Cursors of lists. A cursor is bound to `context` (whose list, with which filter): another's, another list's or a
 * changed one is refused. The position in it is hidden, for it counts rows of all organizations.
 */
export type Cursors = {
  write(context: string, position: number): string
  /** Throws 400 for anything that `write` did not give for this very context. */
  read(context: string, cursor: string): number
}

export function createCursors(keyring: Keyring): Cursors {
  return {
    write(context, position) {
      const plain = Buffer.alloc(positionBytes)
      plain.writeUIntBE(position, 0, positionBytes)
      const tag = tagOf(keyring.current, context, plain)
      return Buffer.concat([tag, mask(keyring.current, tag, plain)]).toString('base64url')
    },
    read(context, cursor) {
      const bytes = Buffer.from(cursor, 'base64url')
      // Compared as text too: base64url has several spellings of the same bytes.
      if (bytes.length === tagBytes + positionBytes && bytes.toString('base64url') === cursor) {
        for (const keys of [keyring.current, keyring.previous]) {
          const position = keys === null ? null : open(keys, context, bytes)
          if (position !== null) return position
        }
      }
      throw invalid('cursor', 'Send the nextCursor of the page before, with the same filter.')
    },
  }
}

function open(keys: DerivedKeys, context: string, bytes: Buffer): number | null {
  const tag = bytes.subarray(0, tagBytes)
  const plain = mask(keys, tag, bytes.subarray(tagBytes))
  return timingSafeEqual(tag, tagOf(keys, context, plain)) ? plain.readUIntBE(0, positionBytes) : null
}

function tagOf(keys: DerivedKeys, context: string, plain: Buffer): Buffer {
  return Buffer.from(keys.cursor(`tag\n${context}\n${plain.toString('hex')}`)).subarray(0, tagBytes)
}

/** The tag is a synthetic nonce (as in RFC 5297): equal positions in equal contexts give equal cursors, no others do. */
function mask(keys: DerivedKeys, tag: Uint8Array, text: Buffer): Buffer {
  const pad = keys.cursor(`pad\n${Buffer.from(tag).toString('hex')}`)
  return Buffer.from(text.map((byte, index) => byte ^ (pad[index] ?? 0)))
}
