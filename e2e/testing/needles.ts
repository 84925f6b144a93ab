/** What leaves no trace, or should: a text, or bytes. */
export type Canary = { readonly name: string; readonly text: string | Uint8Array }

/** Where a trace was found. */
export type Hit = { readonly canary: string; readonly form: string; readonly at: number }

/** Bytes of a piece: 62^10 of characters alone, so that chance finds none. */
const pieceLength = 10

type Needle = { readonly canary: string; readonly form: string; readonly bytes: Buffer }

/**
 * Finds any ten bytes of a canary that stand together at a tenth of it, written in any of the ways in which programs
 * write bytes down. What may be shown of a credential is left out by `hiddenFrom`.
 */
export class Needles {
  /** By their first four bytes. */
  readonly #byBeginning = new Map<number, Needle[]>()
  /** Whether any begins with these two: most places are passed over by this alone. */
  readonly #beginnings = new Uint8Array(65_536)

  /** @param hiddenFrom index of the first character of a text that nobody may see; default: the very first */
  constructor(canaries: readonly Canary[], hiddenFrom: (text: string) => number = () => 0) {
    for (const { name, text } of canaries) {
      const hidden = typeof text === 'string' ? Buffer.from(text.slice(hiddenFrom(text))) : Buffer.from(text)
      for (const piece of piecesOf(hidden)) {
        for (const [form, written] of formsOf(piece)) this.#add({ canary: name, form, bytes: written })
      }
    }
  }

  findIn(bytes: Buffer): readonly Hit[] {
    const hits: Hit[] = []
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      if (this.#beginnings[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] === 0) continue
      const candidates = this.#byBeginning.get(bytes.readUInt32LE(at))
      if (candidates === undefined) continue
      for (const { canary, form, bytes: wanted } of candidates) {
        if (bytes.compare(wanted, 0, wanted.length, at, Math.min(at + wanted.length, bytes.length)) === 0) {
          hits.push({ canary, form, at })
        }
      }
    }
    return hits
  }

  #add(needle: Needle): void {
    const beginning = needle.bytes.readUInt32LE(0)
    this.#beginnings[beginning & 0xffff] = 1
    const known = this.#byBeginning.get(beginning)
    if (known === undefined) this.#byBeginning.set(beginning, [needle])
    else known.push(needle)
  }
}

/** Whole pieces from the front, and the last one, which may overlap. */
function piecesOf(hidden: Buffer): readonly Buffer[] {
  if (hidden.length < pieceLength) throw new Error(`${hidden.length} bytes are too few to be found for certain`)
  const count = Math.floor(hidden.length / pieceLength)
  const pieces = Array.from({ length: count }, (_, index) =>
    hidden.subarray(index * pieceLength, (index + 1) * pieceLength),
  )
  return [...pieces, hidden.subarray(-pieceLength)]
}

function formsOf(piece: Buffer): readonly (readonly [string, Buffer])[] {
  const hex = piece.toString('hex')
  const percent = hex.replaceAll(/../g, '%$&')
  return [
    ['raw', piece],
    ['reversed', Buffer.from([...piece].toReversed())],
    ['UTF-16', Buffer.from(piece.toString('latin1'), 'utf16le')],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ['percent-encoded', Buffer.from(percent)],
    ['percent-ENCODED', Buffer.from(percent.toUpperCase())],
    ...[0, 1, 2].flatMap((offset) => base64Forms(piece, offset)),
  ]
}

/** The middle of the base64 of a text that has the piece at this offset modulo three: what no neighbour changes. */
function base64Forms(piece: Buffer, offset: number): readonly (readonly [string, Buffer])[] {
  const written = Buffer.concat([Buffer.alloc(offset), piece]).toString('base64')
  const middle = written.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + piece.length) * 8) / 6))
  const forms: (readonly [string, Buffer])[] = [[`base64+${offset}`, Buffer.from(middle)]]
  const url = middle.replaceAll('+', '-').replaceAll('/', '_')
  return url === middle ? forms : [...forms, [`base64url+${offset}`, Buffer.from(url)]]
}
