import type { KeyRules } from './contract-terms.ts'
import { ownPrefixes, ownerOfPrefix } from './foreign-prefixes.ts'
import { invitationTokenFormat, operatorKeyFormat, sessionTokenFormat, unseenBits } from './key-format.ts'
import { LegacyAutomaton, type KeySpelling } from './legacy-automaton.ts'
import { readLegacyPattern } from './legacy-pattern.ts'
import { pathOf, quoted, type MistakeList } from './mistakes.ts'

/** What must stay unknown of a secret to whoever sees what is shown of it. */
const minUnseenBits = 128

/** Keys that could be guessed, or taken for another's. */
export function lintKeys(keys: KeyRules, mistakes: MistakeList): void {
  lintPrefixes(keys, mistakes)
  lintUnseenBits(keys, mistakes)
  lintLegacy(keys, mistakes)
}

function lintPrefixes({ prefixes, formerPrefixes }: KeyRules, mistakes: MistakeList): void {
  const minted = [
    { path: 'keys.prefixes.live', prefix: prefixes.live },
    ...(prefixes.test === null ? [] : [{ path: 'keys.prefixes.test', prefix: prefixes.test }]),
  ]
  for (const { path, prefix } of minted) {
    const owner = ownerOfPrefix(prefix)
    if (owner !== null) {
      mistakes.report(path, `${quoted(prefix)} marks keys of ${owner}: write one of your own, such as "ex_live_"`)
    }
  }
  if (prefixes.test !== null && mistakes.isSoundAt(...minted.map((each) => each.path))) {
    if (prefixes.test.startsWith(prefixes.live) || prefixes.live.startsWith(prefixes.test)) {
      const advice = 'write two that neither equal nor begin one another, such as "ex_live_" and "ex_test_"'
      mistakes.report(
        'keys.prefixes.test',
        `${quoted(prefixes.test)} is not told from ${quoted(prefixes.live)}: ${advice}`,
      )
    }
  }
  formerPrefixes.forEach((former, index) =>
    lintFormerPrefix(former, pathOf('keys.formerPrefixes', index), minted, mistakes),
  )
}

type PlacedPrefix = { readonly path: string; readonly prefix: string }

/** Any prefix that is no longer minted will do, another's too, as long as nothing else begins with the same one. */
function lintFormerPrefix(former: string, path: string, minted: readonly PlacedPrefix[], mistakes: MistakeList): void {
  if (ownPrefixes.some((own) => former.startsWith(own) || own.startsWith(former))) {
    mistakes.report(path, `${quoted(former)} marks credentials of Mintmark: remove it`)
  }
  const same = minted.find(({ prefix }) => prefix === former)
  if (same !== undefined) mistakes.report(path, `${quoted(former)} is still minted as ${same.path}: remove it here`)
}

function lintUnseenBits({ length, checksum, shown }: KeyRules, mistakes: MistakeList): void {
  if (!mistakes.isSoundAt('keys', 'keys.length', 'keys.checksum', 'keys.shown')) return
  const bits = unseenBits({ length, checksum, shown })
  if (bits >= minUnseenBits) return
  let sufficient = length
  while (unseenBits({ length: sufficient, checksum, shown }) < minUnseenBits) sufficient += 1
  const lessShown = shown - (sufficient - length)
  const advice = `write "length" ${sufficient} or more` + (lessShown < 0 ? '' : `, or "shown" ${lessShown} or less`)
  const rest = `without ${checksum} of checksum and ${shown} shown`
  mistakes.report(
    'keys.length',
    `${length} characters ${rest} hide ${Math.floor(bits)} bits of ${minUnseenBits}: ${advice}`,
  )
}

function lintLegacy(keys: KeyRules, mistakes: MistakeList): void {
  keys.legacy.forEach(({ pattern }, index) => {
    // Empty is what stands for a pattern that could not be read.
    if (pattern === '') return
    const path = `${pathOf('keys.legacy', index)}.pattern`
    const { node, mistake } = readLegacyPattern(pattern)
    if (node === null) return mistakes.report(path, mistake)
    const automaton = new LegacyAutomaton(node)
    const taken = ownSpellings(keys)
      .map((spelling) => automaton.exampleOf(spelling))
      .find((example) => example !== null)
    if (taken === undefined) return
    mistakes.report(
      path,
      `also matches Mintmark's own credentials (${quoted(taken)}): name the foreign shape more exactly`,
    )
  })
}

/** Of all our credentials. A legacy pattern that takes one of them would waive its checksum. */
function ownSpellings({ prefixes, formerPrefixes, length }: KeyRules): readonly KeySpelling[] {
  return [
    ...[prefixes.live, prefixes.test ?? '', ...formerPrefixes]
      .filter((prefix) => prefix !== '')
      .map((prefix) => ({ prefix, length })),
    ...[operatorKeyFormat, sessionTokenFormat, invitationTokenFormat].map(({ shape }) => ({
      prefix: shape.prefixes.live,
      length: shape.length,
    })),
  ]
}
