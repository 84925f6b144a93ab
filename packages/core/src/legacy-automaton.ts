import { BASE62_ALPHABET } from './base62.ts'
import type { PatternNode } from './legacy-pattern.ts'

/** Which of the 128 ASCII characters one step takes. */
type Accepts = readonly boolean[]

/** `accepts` null: a step without a character, to `next` or `other`. The last state of all has neither. */
type State = { accepts: Accepts | null; next: number; other: number }

const nowhere = -1

/** Keys that begin with `prefix` and go on with `length` base62 characters. */
export interface KeySpelling {
  readonly prefix: string
  readonly length: number
}

/**
 * A legacy pattern as Thompson's automaton (Communications of the ACM 11:6, 1968). It is in all states at once that the
 * text so far allows, so that no text is ever read twice: a match takes at most as many steps as the text has
 * characters, times the states. It knows printable ASCII alone, as credentials are.
 */
export class LegacyAutomaton {
  readonly #states: State[] = []
  readonly #start: number
  readonly #end: number

  constructor(node: PatternNode) {
    this.#end = this.#add(null, nowhere, nowhere)
    this.#start = this.#build(node, this.#end)
  }

  /** Whether the pattern stands for all of this text. */
  matches(text: string): boolean {
    return this.#read(text).has(this.#end)
  }

  /** Whether the pattern stands for anything that begins so, and goes on without the character `except`. */
  mayBegin(text: string, except = ''): boolean {
    const reached = new Set(this.#read(text))
    // A set gives also what is added to it while it is gone through.
    for (const state of reached) {
      const { accepts = null, next = nowhere } = this.#states[state] ?? {}
      const goesOn = accepts?.some((accepted, code) => accepted && String.fromCharCode(code) !== except) ?? false
      if (goesOn) for (const further of this.#closure([next])) reached.add(further)
    }
    return reached.has(this.#end)
  }

  /** A text that both the pattern and a key's spelling stand for; null: there is none. */
  exampleOf({ prefix, length }: KeySpelling): string | null {
    const steps = [...Array.from(prefix), ...Array<string>(length).fill(BASE62_ALPHABET)]
    let examples: ReadonlyMap<number, string> = new Map([...this.#closure([this.#start])].map((state) => [state, '']))
    for (const characters of steps) {
      const further = new Map<number, string>()
      for (const [state, example] of examples) {
        const character = Array.from(characters).find((one) => this.#takes(state, one.charCodeAt(0)))
        if (character === undefined) continue
        for (const reached of this.#closure([this.#states[state]?.next ?? nowhere])) {
          if (!further.has(reached)) further.set(reached, example + character)
        }
      }
      examples = further
    }
    return examples.get(this.#end) ?? null
  }

  #read(text: string): ReadonlySet<number> {
    let states: ReadonlySet<number> = this.#closure([this.#start])
    for (let index = 0; index < text.length && states.size > 0; index++) {
      const code = text.charCodeAt(index)
      const reached: number[] = []
      for (const state of states) if (this.#takes(state, code)) reached.push(this.#states[state]?.next ?? nowhere)
      states = this.#closure(reached)
    }
    return states
  }

  #takes(state: number, code: number): boolean {
    return this.#states[state]?.accepts?.[code] ?? false
  }

  /** These, and all that no further character is needed for. */
  #closure(from: readonly number[]): Set<number> {
    const reached = new Set<number>()
    const waiting = [...from]
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const state = this.#states[index]
      if (state === undefined || reached.has(index)) continue
      reached.add(index)
      if (state.accepts === null) waiting.push(state.next, state.other)
    }
    return reached
  }

  #add(accepts: Accepts | null, next: number, other: number): number {
    return this.#states.push({ accepts, next, other }) - 1
  }

  /** Builds from the end to the beginning: `next` is where the node leads to. */
  #build(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return this.#add(acceptsOf(node.source), next, nowhere)
      case 'sequence':
        return node.parts.reduceRight((following, part) => this.#build(part, following), next)
      case 'choice':
        return node.options
          .map((option) => this.#build(option, next))
          .reduce((first, second) => this.#add(null, first, second))
      case 'repeat':
        return this.#buildRepeat(node.part, node.min, node.max, next)
    }
  }

  #buildRepeat(part: PatternNode, min: number, max: number | null, next: number): number {
    let at = next
    if (max === null) {
      at = this.#add(null, next, nowhere)
      const loop = this.#states[at]
      if (loop !== undefined) loop.other = this.#build(part, at)
    } else {
      for (let optional = min; optional < max; optional++) at = this.#add(null, this.#build(part, at), next)
    }
    for (let required = 0; required < min; required++) at = this.#build(part, at)
    return at
  }
}

/** Node's own regular expressions say what a class stands for. */
function acceptsOf(source: string): Accepts {
  const one = new RegExp(`^${source}$`, 'u')
  return Array.from({ length: 128 }, (_, code) => code > 32 && code < 127 && one.test(String.fromCharCode(code)))
}
