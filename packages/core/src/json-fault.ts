/** Where a text is not what it should be. `line` and `column` count from 1, `column` in UTF-16 units. */
export interface JsonFault {
  readonly line: number
  readonly column: number
  /** What is wrong there, and what to write instead. */
  readonly message: string
}

/** Arrays and objects inside one another. */
const maxDepth = 32

/**
 * Finds where a text stops being JSON (RFC 8259). Engines word this differently, and some name no place at all.
 * A name given twice in one object is a fault too: JSON.parse would silently drop the first.
 */
export function findJsonFault(text: string): JsonFault | null {
  const scanner = new JsonScanner(text)
  const fault = scanner.findFault()
  if (fault === null) return null
  const before = text.slice(0, fault.offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: fault.offset - lineStart + 1, message: fault.message }
}

/** What stands in a string as it is: all but the quote, the escape, and control characters (RFC 8259 section 7). */
const plainCharacters = /[ !#-[\]-\uffff]+/y

type Fault = { readonly offset: number; readonly message: string }

class JsonScanner {
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text
  }

  findFault(): Fault | null {
    const fault = this.#scanValue(0)
    if (fault !== null) return fault
    this.#skipSpace()
    return this.#offset < this.#text.length ? this.#fault('the text goes on after its end: remove the rest') : null
  }

  #scanValue(depth: number): Fault | null {
    this.#skipSpace()
    if (depth > maxDepth) return this.#fault(`lists and objects are nested more than ${maxDepth} deep`)
    const first = this.#text[this.#offset]
    if (first === '{') return this.#scanObject(depth)
    if (first === '[') return this.#scanList(depth)
    if (first === '"') return this.#scanString()
    return this.#take(/(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y) === null
      ? this.#fault('a value is expected here')
      : null
  }

  #scanObject(depth: number): Fault | null {
    const names = new Set<string>()
    return this.#scanItems('}', 'a name in double quotes is expected here', () => {
      const start = this.#offset
      const nameFault =
        this.#text[start] === '"' ? this.#scanString() : this.#fault('a name in double quotes is expected here')
      if (nameFault !== null) return nameFault
      const name = String(JSON.parse(this.#text.slice(start, this.#offset)))
      if (names.has(name))
        return { offset: start, message: 'this name was given before in the same object: remove one' }
      names.add(name)
      this.#skipSpace()
      if (this.#take(/:/y) === null) return this.#fault('":" is expected here')
      return this.#scanValue(depth + 1)
    })
  }

  #scanList(depth: number): Fault | null {
    return this.#scanItems(']', 'a value is expected here', () => this.#scanValue(depth + 1))
  }

  /** What stands between an opening bracket and its closing one, with commas between. */
  #scanItems(closing: '}' | ']', expectation: string, scanItem: () => Fault | null): Fault | null {
    this.#offset += 1
    this.#skipSpace()
    if (this.#takeOne(closing)) return null
    for (;;) {
      this.#skipSpace()
      const afterComma = this.#offset
      if (this.#text[afterComma] === closing) return this.#fault(`${expectation}: remove the comma before it`)
      const fault = scanItem()
      if (fault !== null) return fault
      this.#skipSpace()
      if (this.#takeOne(closing)) return null
      if (!this.#takeOne(',')) return this.#fault(`"," or "${closing}" is expected here`)
    }
  }

  #scanString(): Fault | null {
    this.#offset += 1
    // Each turn takes at least one character or returns.
    for (;;) {
      this.#take(plainCharacters)
      if (this.#takeOne('"')) return null
      if (this.#offset >= this.#text.length) return this.#fault('a closing double quote is missing')
      if (this.#take(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y) !== null) continue
      if (this.#text[this.#offset] === '\\') return this.#fault('"\\" begins no escape here: write "\\\\" for itself')
      return this.#fault('a line break or control character stands in a string: close the string, or write "\\n"')
    }
  }

  #skipSpace(): void {
    this.#take(/[ \t\r\n]+/y)
  }

  #takeOne(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false
    this.#offset += 1
    return true
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#offset
    const taken = pattern.exec(this.#text)?.[0] ?? null
    this.#offset += taken?.length ?? 0
    return taken
  }

  #fault(message: string): Fault {
    const found = this.#text[this.#offset]
    if (found === undefined) return { offset: this.#offset, message: `${message}, but the text ends` }
    const hint = hints.get(found) ?? ''
    return { offset: this.#offset, message: message + hint }
  }
}

const hints = new Map([
  ['/', ' (a comment is // to the end of its line, or /* to */)'],
  ["'", ' (strings need double quotes)'],
])
