import { invalid } from '../engine/refused.ts'

const shape = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

/** `Idempotency-Key`: 1 to 255 printable ASCII characters, once. Null when it is not there. */
export function readIdempotencyKey(rawHeaders: readonly string[]): string | null {
  let key: string | null = null
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'idempotency-key') continue
    const value = rawHeaders[index + 1] ?? ''
    if (key !== null || !shape.test(value)) {
      throw invalid('Idempotency-Key', 'Send it once, with 1 to 255 printable ASCII characters.')
    }
    key = value
  }
  return key
}
