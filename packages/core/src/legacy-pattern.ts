/** What a legacy pattern stands for, once read. `character` is one character by a class of regular expressions. */
export type PatternNode =
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  /** `max` is null where there is no most. */
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number | null }

/** A pattern that can be matched against, or what is wrong with it and what to write instead. */
export type ReadPattern =
  | { readonly node: PatternNode; readonly mistake: null }
  | { readonly node: null; readonly mistake: string }

/** Characters that a pattern comes to when its exact repeats are written out: what a match costs a character of text. */
const maxSize = 1_000

/**
 * Reads a legacy pattern: a regular expression (flag `u`) for whole credentials, of characters, classes, groups,
 * alternatives and repeats. What asks for memory of what was matched, or for what stands elsewhere, is refused: all else
 * can be matched in time that grows with the text alone, by an automaton.
 */
export function readLegacyPattern(pattern: string): ReadPattern {
  if (!pattern.startsWith('^') || !/(?<!\\)(?:\\\\)*\$$/.test(pattern)) {
    return mistaken('must match whole credentials: begin it with ^ and end it with $')
  }
  const tokens = tokensOf(pattern.slice(1, -1))
  const mistake = findForbiddenToken(tokens) ?? findCompileMistake(pattern) ?? findBareAlternative(tokens)
  if (mistake !== null) return mistaken(mistake)
  const node = new PatternReader(tokens).readChoice()
  const size = sizeOf(node)
  return size > maxSize
    ? mistaken(`stands for ${size} characters, written out, where ${maxSize} are the most: repeat less`)
    : { node, mistake: null }
}

function mistaken(mistake: string): ReadPattern {
  return { node: null, mistake }
}

function findCompileMistake(pattern: string): string | null {
  try {
    void new RegExp(pattern, 'u')
    return null
  } catch (error) {
    return `is no regular expression (flag u): ${error instanceof Error ? error.message : 'it does not compile'}`
  }
}

const escape = String.raw`\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|k<[^>]*>|[^])`
const characterClass = String.raw`\[(?:\\[^]|[^\]\\])*\]`
const groupOpening = String.raw`\((?:\?(?:<?[=!]|<[^>]*>|[^(){}[\]|*+?:]*:))?`
const quantifier = String.raw`(?:[*+?]|\{\d+(?:,\d*)?\})\??`
const tokenPattern = new RegExp([escape, characterClass, groupOpening, quantifier, '[^]'].join('|'), 'gu')
const quantifierPattern = new RegExp(`^${quantifier}$`, 'u')

/** Escapes, classes, group openings and quantifiers are one token each; every other character is one by itself. */
function tokensOf(pattern: string): readonly string[] {
  return pattern.match(tokenPattern) ?? []
}

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/^\\(?:[1-9]|k)/, 'may not refer back to a group: write out what it matches'],
  [/^\(\?<?[=!]/, 'may not look ahead or behind: write out what it matches'],
  [/^\(\?[^<:]/, 'may not change flags inside: write out what it matches'],
  [/^\\[bB]$/, 'may not ask for the border of a word: write out what it matches'],
  [/^[\^$]$/, 'may have ^ only at its beginning and $ only at its end'],
]

function findForbiddenToken(tokens: readonly string[]): string | null {
  for (const token of tokens) {
    const found = forbidden.find(([pattern]) => pattern.test(token))
    if (found !== undefined) return found[1]
  }
  return null
}

/** `^a|b$` is "begins with a, or ends with b", which nobody means. */
function findBareAlternative(tokens: readonly string[]): string | null {
  let depth = 0
  for (const token of tokens) {
    if (token.startsWith('(')) depth += 1
    if (token === ')') depth -= 1
    if (token === '|' && depth === 0) return 'may have alternatives only inside a group: write ^(?:a|b)$'
  }
  return null
}

/** Of tokens that are a regular expression: that has been seen to. */
class PatternReader {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  readChoice(): PatternNode {
    const options = [this.#readSequence()]
    while (this.#tokens[this.#at] === '|') {
      this.#at += 1
      options.push(this.#readSequence())
    }
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options }
  }

  #readSequence(): PatternNode {
    const parts: PatternNode[] = []
    for (let token = this.#tokens[this.#at]; token !== undefined && token !== '|' && token !== ')';) {
      parts.push(this.#readRepeat())
      token = this.#tokens[this.#at]
    }
    return { kind: 'sequence', parts }
  }

  #readRepeat(): PatternNode {
    const part = this.#readPart()
    const token = this.#tokens[this.#at] ?? ''
    if (!quantifierPattern.test(token)) return part
    this.#at += 1
    return { kind: 'repeat', part, ...boundsOf(token) }
  }

  #readPart(): PatternNode {
    const source = this.#tokens[this.#at] ?? ''
    this.#at += 1
    if (!source.startsWith('(')) return { kind: 'character', source }
    const inside = this.readChoice()
    this.#at += 1
    return inside
  }
}

/** Greedy or lazy is the same to who asks only whether all of a text matches. */
function boundsOf(token: string): { readonly min: number; readonly max: number | null } {
  if (token.startsWith('*')) return { min: 0, max: null }
  if (token.startsWith('+')) return { min: 1, max: null }
  if (token.startsWith('?')) return { min: 0, max: 1 }
  const [, min = '0', comma, max = ''] = /^\{(\d+)(,?)(\d*)\}/.exec(token) ?? []
  if (comma === '') return { min: Number(min), max: Number(min) }
  return { min: Number(min), max: max === '' ? null : Number(max) }
}

function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'character':
      return 1
    case 'sequence':
      return sum(node.parts)
    case 'choice':
      return sum(node.options)
    case 'repeat':
      // A part that may be empty costs something too: `(){99}`.
      return Math.max(1, sizeOf(node.part)) * Math.max(1, node.max ?? node.min)
  }
}

function sum(nodes: readonly PatternNode[]): number {
  return nodes.reduce((total, node) => total + sizeOf(node), 0)
}
