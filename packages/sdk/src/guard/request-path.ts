/** The parts of a path, as they came and as they are meant. */
export type PathParts = { readonly raw: readonly string[]; readonly decoded: readonly string[] }

/** RFC 3986 section 3.3, but `;`: to some routers it begins parameters, so that two would see two paths. */
const pathCharacters = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,=:@/]|%[0-9A-Fa-f]{2})*$/
/** RFC 3986 section 2.3: what encodes them is another spelling of the same path (section 6.2.2.2). */
const encodedUnreserved = /%(?:2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])/
/** What another layer could take for the border of a part, for an end, or decode once more. */
const misleading = /[/\\;?#\p{Cc}]|%[0-9A-Fa-f]{2}/u

/**
 * The path of a request's target in its one normal form, or null. Routers differ in what they make of `//`, `%2F`, `..`,
 * `%61` and a slash at the end; whatever could be one path to a guard and another to the router behind it is none here.
 */
export function readPath(target: string): PathParts | null {
  const end = target.indexOf('?')
  const path = end === -1 ? target : target.slice(0, end)
  if (!pathCharacters.test(path)) return null
  if (path === '/') return { raw: [], decoded: [] }
  const raw = path.slice(1).split('/')
  if (!path.includes('%')) return raw.every(isNormal) ? { raw, decoded: raw } : null
  if (encodedUnreserved.test(path)) return null
  const decoded = raw.map(decode)
  return decoded.every((part) => part !== null && isNormal(part)) ? { raw, decoded: decoded as string[] } : null
}

function isNormal(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !misleading.test(part)
}

/** Null for what is not UTF-8. */
export function decode(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
