/**
 * A legacy pattern is matched against what strangers send, at most 256 bytes of it, before anything is known about
 * them. So it may use only what cannot make a match slow: with two varying repeats a match takes at most about
 * 256² steps for each combination of alternatives. It must also match whole credentials, lest keys slip in as parts of something longer.
 */
const maxVaryingRepeats = 2
const maxAlternatives = 4

/** What is wrong with a legacy pattern, else `null`. */
export function findPatternMistake(pattern: string): string | null {
  if (!pattern.startsWith('^') || !/(?<!\\)(?:\\\\)*\$$/.test(pattern)) {
    return 'must match whole credentials: begin it with ^ and end it with $'
  }
  const compileMistake = findCompileMistake(pattern)
  if (compileMistake !== null) return compileMistake
  const tokens = tokensOf(pattern)
  return findForbiddenToken(tokens) ?? findTooMuchChoice(tokens)
}

function findCompileMistake(pattern: string): string | null {
  try {
    void new RegExp(pattern, 'u')
    return null
  } catch (error) {
    return `is no regular expression (flag u): ${error instanceof Error ? error.message : 'it does not compile'}`
  }
}

/** Escapes, classes, group openings and quantifiers are one token each; every other character is one by itself. */
function tokensOf(pattern: string): readonly string[] {
  const token =
    /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|k<[^>]*>|[^])|\[(?:\\[^]|[^\]\\])*\]|\(\?(?:<?[=!]|:|<[^>]*>)|(?:[*+?]|\{[\d,]+\})\??|[^]/gu
  return pattern.match(token) ?? []
}

const isQuantifier = (token: string): boolean => /^(?:[*+?]|\{[\d,]+\})\??$/.test(token)

function findForbiddenToken(tokens: readonly string[]): string | null {
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    if (/^\\[1-9k]/.test(token)) return 'may not refer back to a group: write out what it matches'
    if (/^\(\?<?[=!]/.test(token)) return 'may not look ahead or behind: write out what it matches'
    if (token.startsWith('(')) depth += 1
    if (token === ')') depth -= 1
    if (token === ')' && isQuantifier(tokens[index + 1] ?? ''))
      return 'may not repeat a group: repeat a class such as [a-z]'
    if (token === '|' && depth === 0) return 'may have alternatives only inside a group: write ^(?:a|b)$'
  }
  return null
}

function findTooMuchChoice(tokens: readonly string[]): string | null {
  const varying = tokens.filter((token) => isQuantifier(token) && !/^\{\d+\}/.test(token))
  if (varying.length > maxVaryingRepeats) {
    return `may have at most ${maxVaryingRepeats} repeats of varying length: write exact ones such as {24}`
  }
  if (tokens.filter((token) => token === '|').length > maxAlternatives) {
    return `may have at most ${maxAlternatives} alternatives: add another entry to the list`
  }
  return null
}
