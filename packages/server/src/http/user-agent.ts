/** Longer ones are cut: what is kept of a use is told to people. */
const maxLength = 200

/** The first `User-Agent` of a request, or null. By the raw headers: the verify lane makes no object of them. */
export function userAgentOf(rawHeaders: readonly string[]): string | null {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length !== 10 || name.toLowerCase() !== 'user-agent') continue
    const value = rawHeaders[index + 1] ?? ''
    return value === '' ? null : value.slice(0, maxLength)
  }
  return null
}
