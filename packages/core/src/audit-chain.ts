import { hmacSha256, sha256 } from './sha256.ts'

/** 64 lower-case hexadecimal characters: a SHA-256. */
export type ChainDigest = string & { readonly __brand: 'ChainDigest' }

/** An event as it is stored. Payload and salt are null once the event has been erased. */
export type ChainEvent = {
  /** 1 for the first event of a chain, then without gaps. */
  readonly sequence: number
  /** Canonical JSON text, exactly as it was digested. */
  readonly payload: string | null
  /** 32 random bytes of this event alone: after erasure nobody can confirm a guess of the payload. */
  readonly salt: Uint8Array | null
  readonly payloadDigest: ChainDigest
  readonly digest: ChainDigest
  /** Its actor is a tombstone: only such events are ever rewritten. */
  readonly isBuried: boolean
  /** What this event's payload declares, when it is a deletion. */
  readonly declares: Declaration | null
}

/** A deletion says which events it emptied, and which it rewrote to what. */
export type Declaration = {
  readonly erased: readonly number[]
  readonly rewritten: readonly { readonly sequence: number; readonly payloadDigest: ChainDigest }[]
}

export type ChainFault =
  | 'missing_event'
  | 'digest_altered'
  | 'undeclared_erasure'
  | 'undeclared_rewriting'
  | 'head_mismatch'

export type ChainCheck =
  | { readonly whole: true; readonly checked: number }
  | { readonly whole: false; readonly sequence: number; readonly fault: ChainFault }

/** The two digests of a chain, for whoever has quicker ones than this package's own. */
export type ChainDigests = {
  /** HMAC-SHA-256. */
  readonly ofPayload: (salt: Uint8Array, payload: string) => ChainDigest
  /** SHA-256 of a text in UTF-8. */
  readonly ofText: (text: string) => ChainDigest
}

const textEncoder = new TextEncoder()
const chainVersion = 'mintmark-audit-v1'

/** HMAC-SHA-256(salt, payload): what the chain commits to instead of the payload itself. */
export function digestPayload(salt: Uint8Array, payload: string): ChainDigest {
  return toHex(hmacSha256(salt, textEncoder.encode(payload)))
}

function digestText(text: string): ChainDigest {
  return toHex(sha256(textEncoder.encode(text)))
}

const ownDigests: ChainDigests = { ofPayload: digestPayload, ofText: digestText }

/** What the first event of a chain follows: binds the chain to one installation. */
export function chainOrigin(installationId: string): ChainDigest {
  return digestText(`${chainVersion}\n${installationId}`)
}

/**
 * The text whose SHA-256 is an event's digest. No field can hold a line break (ids are [A-Za-z0-9_-], digests are
 * hexadecimal), so the text is unambiguous. Storage engines digest the same text inside one SQL statement.
 */
export function linkText(chain: string, sequence: number, payloadDigest: string, previous: string): string {
  return `${chainVersion}\n${chain}\n${sequence}\n${payloadDigest}\n${previous}`
}

export function linkDigest(
  chain: string,
  sequence: number,
  payloadDigest: ChainDigest,
  previous: ChainDigest,
): ChainDigest {
  return digestText(linkText(chain, sequence, payloadDigest, previous))
}

/** The event without what it said. Its place in the chain, and so the proof, stays. */
export function redactEvent(event: ChainEvent): ChainEvent {
  return { ...event, payload: null, salt: null }
}

/**
 * Walks a chain in order of sequence and names the first bad event.
 * Erasing or rewriting is an attack unless declared: an empty payload, or one that does not match the digest it was
 * chained with, must be named by a later deletion. Where several are not, it is the last that is named: those before it
 * may be what it declared, when it was still a deletion.
 *
 * @param origin digest before the first of `events`: `chainOrigin`, or the digest of an event already checked
 * @param head where the chain must end, when known from elsewhere: shows truncation
 */
export function checkChain(
  chain: string,
  origin: { readonly sequence: number; readonly digest: ChainDigest },
  events: Iterable<ChainEvent>,
  head: { readonly sequence: number; readonly digest: ChainDigest } | null,
): ChainCheck {
  const walk = new ChainWalk(chain, origin)
  for (const event of events) {
    const fault = walk.step(event)
    if (fault !== null) return { whole: false, sequence: walk.expected, fault }
  }
  return walk.end(head)
}

/** The state of a walk, so that a long chain can be checked page by page. */
export class ChainWalk {
  readonly #chain: string
  readonly #digests: ChainDigests
  #sequence: number
  #digest: ChainDigest
  #checked = 0
  /** Events that are not as they were chained, for which no deletion has been seen yet: digest now, or empty. */
  readonly #unexplained = new Map<number, ChainDigest | 'empty'>()

  constructor(
    chain: string,
    origin: { readonly sequence: number; readonly digest: ChainDigest },
    digests: ChainDigests = ownDigests,
  ) {
    this.#chain = chain
    this.#digests = digests
    this.#sequence = origin.sequence
    this.#digest = origin.digest
  }

  /** The sequence that the next event must have. */
  get expected(): number {
    return this.#sequence + 1
  }

  step(event: ChainEvent): ChainFault | null {
    if (event.sequence !== this.expected) return 'missing_event'
    const link = linkText(this.#chain, event.sequence, event.payloadDigest, this.#digest)
    if (this.#digests.ofText(link) !== event.digest) return 'digest_altered'
    const fault = this.#checkPayload(event)
    if (fault !== null) return fault
    this.#sequence = event.sequence
    this.#digest = event.digest
    this.#checked += 1
    return null
  }

  end(head: { readonly sequence: number; readonly digest: ChainDigest } | null): ChainCheck {
    const unexplained = [...this.#unexplained].at(-1)
    if (unexplained !== undefined) {
      const [sequence, now] = unexplained
      return { whole: false, sequence, fault: now === 'empty' ? 'undeclared_erasure' : 'undeclared_rewriting' }
    }
    if (head !== null && (head.sequence !== this.#sequence || head.digest !== this.#digest)) {
      return { whole: false, sequence: Math.min(head.sequence, this.#sequence) + 1, fault: 'head_mismatch' }
    }
    return { whole: true, checked: this.#checked }
  }

  #checkPayload(event: ChainEvent): ChainFault | null {
    if (event.payload === null || event.salt === null) {
      this.#unexplained.set(event.sequence, 'empty')
      return null
    }
    const digest = this.#digests.ofPayload(event.salt, event.payload)
    if (digest !== event.payloadDigest) {
      if (!event.isBuried) return 'undeclared_rewriting'
      this.#unexplained.set(event.sequence, digest)
    }
    // Of one that was rewritten too: if nothing explains that, the event itself is named.
    if (event.declares !== null) this.#explain(event.declares)
    return null
  }

  #explain(declaration: Declaration): void {
    for (const sequence of declaration.erased) this.#unexplained.delete(sequence)
    for (const { sequence, payloadDigest } of declaration.rewritten) {
      if (this.#unexplained.get(sequence) === payloadDigest) this.#unexplained.delete(sequence)
    }
  }
}

function toHex(bytes: Uint8Array): ChainDigest {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text as ChainDigest
}
