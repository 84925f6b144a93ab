import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { announcedBytes, maxBodyBytes } from './exchange.ts'

/** A body as it came: its text, or why there is none. */
export type BodyText =
  | { readonly text: string; readonly fault: null }
  | { readonly text: null; readonly fault: 'too large' | 'not UTF-8' }

const none: BodyText = Object.freeze({ text: '', fault: null })
const tooLarge: BodyText = Object.freeze({ text: null, fault: 'too large' })
const notUtf8: BodyText = Object.freeze({ text: null, fault: 'not UTF-8' })

/**
 * Reads the whole body, at most `maxBodyBytes` of it. `take` is called once, or never when the client goes away.
 * After `too large` the rest stays unread: the connection must be closed.
 */
export function readBodyText(request: IncomingMessage, take: (body: BodyText) => void): void {
  const announced = announcedBytes(request)
  // Without a body there may be no `end` (`optimizeEmptyRequests`).
  if (announced === 0) {
    take(none)
    return
  }
  if (announced !== null && announced > maxBodyBytes) {
    take(tooLarge)
    return
  }
  const chunks: Buffer[] = []
  let total = 0
  const onData = (chunk: Buffer): void => {
    total += chunk.length
    if (total > maxBodyBytes) {
      request.off('data', onData).off('end', onEnd).pause()
      take(tooLarge)
    } else chunks.push(chunk)
  }
  const onEnd = (): void => take(decode(chunks))
  request.on('data', onData).on('end', onEnd)
}

/** Text in the exchange of JSON is UTF-8 (RFC 8259 section 8.1). What is not would silently be replaced by U+FFFD. */
function decode(chunks: readonly Buffer[]): BodyText {
  const [only] = chunks
  if (only === undefined) return none
  const bytes = chunks.length === 1 ? only : Buffer.concat(chunks)
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') && !isUtf8(bytes) ? notUtf8 : { text, fault: null }
}
