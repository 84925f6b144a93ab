import type { Contract } from '@mintmark/sdk'

/** As much of a text as is shown of a key: of a key that was pasted whole, its secret part stays in this page. */
export function shownPart(text: string, { keys }: Pick<Contract, 'keys'>): string {
  const prefixes = [keys.prefixes.live, keys.prefixes.test, ...keys.formerPrefixes].filter((prefix) => prefix !== null)
  const prefix = prefixes.find((one) => text.startsWith(one))
  return prefix === undefined ? text : text.slice(0, prefix.length + keys.shown)
}
