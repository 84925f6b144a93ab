/** The fewest characters after a prefix that a contract's keys may have. */
const fewestCharacters = 22
const shownCharacters = 4

const longRuns = new RegExp(`([A-Za-z0-9]{${shownCharacters}})[A-Za-z0-9]{${fewestCharacters - shownCharacters},}`, 'g')

/**
 * A sentence without what may be a credential that lost its way: into the name of a field, or among permissions. Errors
 * are logged and pasted by whoever receives them (DESIGN section 2: a plaintext exists in one response).
 */
export function withoutSecrets(text: string): string {
  return text.replaceAll(longRuns, '$1…')
}
